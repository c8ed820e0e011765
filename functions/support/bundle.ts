import { readFileSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";

/** ES modules that mix in CommonJS ask for `require` and `__dirname`. */
const BANNER = [
  'import{createRequire as ephorRequire}from"node:module";',
  "const require=ephorRequire(import.meta.url);",
  "const __filename=import.meta.filename,__dirname=import.meta.dirname;",
].join("");

export type Entry = { readonly name: string; readonly entry: string };

/**
 * Bundles each entry into `<folder>/<name>/index.mjs` with its source map: minified ES modules for Node 24 with all that
 * they use and nothing else. Gives the size of each in bytes, its map left out. Throws esbuild's messages where one fails.
 */
export async function bundleFunctions(
  entries: readonly Entry[],
  { root, folder }: { root: string; folder: string },
): Promise<ReadonlyMap<string, number>> {
  const sizes = entries.map(
    async ({ name, entry }) => [name, await bundleOne(join(root, entry), join(root, folder, name))] as const,
  );
  return new Map(await Promise.all(sizes));
}

async function bundleOne(entry: string, out: string): Promise<number> {
  rmSync(out, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: join(out, "index.mjs"),
    bundle: true,
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    conditions: ["import", "module", "node"],
    banner: { js: BANNER },
    legalComments: "none",
    logLevel: "error",
    metafile: true,
    plugins: [leftOut, zodByName, constantKeys, requiredBuiltins],
  });
  const code = Object.entries(metafile.outputs).filter(([file]) => !file.endsWith(".map"));
  return code.reduce((sum, [, { bytes }]) => sum + bytes, 0);
}

/** What comes along with packages and can never be used in a Lambda function, and what stands in its place. */
const LEFT_OUT: readonly { readonly path: RegExp; readonly contents: string }[] = [
  // Messages in fifty languages.
  { path: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/, contents: 'export { default as en } from "./en.js";' },
  // Schemas are written here, not read from JSON Schema.
  {
    path: /[\\/]zod[\\/]v4[\\/]classic[\\/]from-json-schema\.js$/,
    contents: 'export const fromJSONSchema = () => { throw new Error("left out of this bundle"); };',
  },
  // Lambda hands credentials over in the environment: no profiles, single sign-on or instance metadata.
  {
    path: /[\\/]@aws-sdk[\\/]credential-provider-node[\\/]dist-es[\\/]index\.js$/,
    contents:
      'import { fromEnv } from "@aws-sdk/credential-provider-env"; export const defaultProvider = () => fromEnv();',
  },
  // What to note of calls by an SDK that is patched for tracing; ours is not.
  {
    path: /[\\/]aws-xray-sdk-core[\\/]dist[\\/]lib[\\/]resources[\\/]aws_whitelist\.json$/,
    contents: "module.exports = { services: {} };",
  },
  // Asked only whether Node is newer than 8, and by the patch of the SDK's version 2.
  { path: /[\\/]semver[\\/]semver\.js$|[\\/]semver[\\/]index\.js$/, contents: "exports.gte = () => true;" },
];

const leftOut: Plugin = {
  name: "left-out",
  setup({ onLoad }) {
    for (const { path, contents } of LEFT_OUT) {
      onLoad({ filter: path }, (file) => ({ contents, loader: "js", resolveDir: dirname(file.path) }));
    }
  },
};

/** Taken as one value, zod's namespace keeps all of zod in a bundle; imported as a namespace it keeps what is used. */
const zodByName: Plugin = {
  name: "zod-by-name",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/](?:packages|functions)[\\/][^\0]*\.ts$/ }, (file) => {
      const text = readFileSync(file.path, "utf8");
      return { contents: text.replace('import { z } from "zod";', 'import * as z from "zod";'), loader: "ts" };
    });
  },
};

/** A computed key might have an effect, for all a bundler knows: the schemas of every operation would stay for it. */
const constantKeys: Plugin = {
  name: "constant-keys",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[a-z0-9-]+[\\/]dist-es[\\/]schemas[\\/][^\\/]+\.js$/ }, (file) => {
      const text = readFileSync(file.path, "utf8");
      const constants = new Map(
        [...text.matchAll(/^const (_\w+) = ("[^"\n]*");$/gm)].map(([, name, value]) => [name, value]),
      );
      const contents = text.replaceAll(/\[(_\w+)\]:/g, (whole, name: string) => {
        const value = constants.get(name);
        return value === undefined ? whole : `${value}:`;
      });
      return { contents, loader: "js" };
    });
  },
};

/**
 * Imported, a module of Node has every export read at once, those among them that load much more (`node:http` its
 * WebSocket client: 28 ms of a cold start). Required, it has not.
 */
const requiredBuiltins: Plugin = {
  name: "required-builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z_:/0-9]+$/ }, ({ path, namespace }) => {
      if (!isBuiltin(path)) return undefined;
      return namespace === "builtin" ? { path, external: true } : { path, namespace: "builtin" };
    });
    onLoad({ filter: /^/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};
