import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { mocksOf } from "./mocks.ts";
import { resolved } from "./resolved.ts";

/**
 * Runs the real SST program as `sst deploy` does before it calls Pulumi, under mocks, and writes what it asked for:
 * `node program.ts <stage> <file>`, settings in the environment. Exit 1 with a sentence for a setting that is missing or
 * malformed, for anything the mocks do not know and for a value that stays unresolved.
 */
const root = resolve(import.meta.dirname, "../..");
const platform = join(root, ".sst/platform");
const [stage = "dev", file = ".build/graph.json"] = process.argv.slice(2);

type Esbuild = { readonly build: (options: object) => Promise<unknown> };
type Pulumi = {
  readonly output: (value: unknown) => { apply(then: (value: unknown) => void): void };
  readonly runtime: {
    setMocks(mocks: object, project: string, stack: string, preview: boolean): Promise<void>;
    runInPulumiStack(program: () => unknown): Promise<unknown>;
  };
};
type App = {
  readonly name: string;
  readonly providers: { readonly aws: { region: string; defaultTags: { tags: Record<string, string> } } };
};

const ofPlatform = createRequire(join(platform, "package.json"));
const esbuild: Esbuild = ofPlatform("esbuild");

const BANNER = [
  'import * as synthModule from "node:module"; const require = synthModule.createRequire(import.meta.url);',
  "const __filename = import.meta.filename; const __dirname = import.meta.dirname;",
].join("\n");
/** As SST leaves them out of its own bundle. */
const EXTERNAL = [
  "@pulumi/*",
  "undici",
  "@pulumiverse/*",
  "@sst-provider/*",
  "@aws-sdk/*",
  "esbuild",
  "archiver",
  "glob",
  "vite",
];

async function load(
  name: string,
  { contents, globals = "", ...options }: { contents: string; globals?: string } & Readonly<Record<string, unknown>>,
): Promise<{ default: unknown }> {
  const outfile = join(platform, `synth.${name}.${process.pid}.mjs`);
  process.on("exit", () => rmSync(outfile, { force: true }));
  await esbuild.build({
    stdin: { contents, resolveDir: root, sourcefile: `${name}.ts`, loader: "ts" },
    absWorkingDir: root,
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    nodePaths: [join(platform, "node_modules")],
    external: EXTERNAL,
    banner: { js: BANNER },
    logLevel: "error",
    plugins: [...(process.env["SYNTH_FIXTURE"] === undefined ? [] : [fixture]), withGlobals(globals)],
    ...options,
  });
  return import(pathToFileURL(outfile).href);
}

/** SST puts its providers in front of every file that is not its own. */
const withGlobals = (globals: string) => ({
  name: "globals",
  setup: (build: { onLoad(filter: object, load: (args: { path: string }) => object): void }) =>
    build.onLoad({ filter: /\.(js|ts|jsx|tsx)$/ }, ({ path }) => ({
      contents: (path.includes(".sst") ? "" : `${globals}\n`) + readFileSync(path, "utf8"),
      loader: "default",
    })),
});

type OnResolve = (filter: object, resolve: (args: { path: string; importer: string }) => object | undefined) => void;

/** With SYNTH_FIXTURE set, topology has one more of each kind, and nothing else is another. */
const fixture = {
  name: "fixture",
  setup: ({ onResolve }: { onResolve: OnResolve }) => {
    const folder = join(root, "test/synth/fixture");
    onResolve({ filter: /^@ephor\/topology\/topology$/ }, () => ({ path: join(folder, "topology.ts") }));
    onResolve({ filter: /functions\/support\/bundle\.ts$/ }, ({ importer }) =>
      importer.startsWith(folder) ? undefined : { path: join(folder, "bundle.ts") },
    );
  },
};

async function evaluateApp(): Promise<App> {
  const loaded = await load("app", {
    contents: `import config from ${JSON.stringify(join(root, "sst.config.ts"))}; export default config;`,
    banner: { js: `${BANNER}\nconst $config = (value) => value;` },
    packages: "external",
  });
  const config = loaded.default as { app(input: { stage: string }): Promise<App> };
  return { ...(await config.app({ stage })) };
}

async function runProgram(app: App): Promise<unknown> {
  const providers: readonly { alias: string; package: string }[] = JSON.parse(
    readFileSync(join(root, ".sst/provider-lock.json"), "utf8"),
  );
  const paths = { home: join(root, ".sst"), root, work: join(root, ".sst"), platform };
  const loaded = await load("run", {
    contents: `
      import { run } from ${JSON.stringify(join(platform, "src/auto/run.ts"))};
      import config from ${JSON.stringify(join(root, "sst.config.ts"))};
      export default () => run(config.run);`,
    globals: [
      ...providers.map((one) => `import * as ${one.alias} from ${JSON.stringify(one.package)};`),
      `import * as sst from ${JSON.stringify(join(platform, "src/components"))};`,
    ].join("\n"),
    inject: [join(platform, "src/shim/run.js")],
    define: {
      $app: JSON.stringify({ ...app, stage }),
      $dev: "false",
      $cli: JSON.stringify({ command: "deploy", dev: false, state: { version: {} }, paths }),
    },
  });
  return pulumi.runtime.runInPulumiStack(loaded.default as () => unknown);
}

function fail(problems: readonly string[]): never {
  for (const problem of problems) console.error(problem);
  process.exit(1);
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
process.on("unhandledRejection", (error) => fail([`synth: ${sentence(error)}`]));

const app = await evaluateApp().catch((error: unknown) => fail([sentence(error)]));
const pulumi: Pulumi = (await import(pathToFileURL(ofPlatform.resolve("@pulumi/pulumi")).href)).default;
const { region, defaultTags } = app.providers.aws;
const mocks = mocksOf({ region, tags: defaultTags.tags, platform });
await pulumi.runtime.setMocks(mocks, app.name, stage, false);
await runProgram(app).catch((error: unknown) => fail([sentence(error)]));

// Resources made late, in an apply, count as well: write when nothing is left to do, as under the real engine.
process.once("beforeExit", async () => {
  const { graph, unresolved } = await resolved(mocks.resources, { root });
  const problems = [...mocks.unmocked.map((what) => `synth: no mock for ${what}`), ...unresolved];
  if (problems.length > 0) fail(problems);
  writeFileSync(file, `${JSON.stringify({ stage, resources: graph }, null, 1)}\n`);
});
