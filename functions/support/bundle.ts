import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { leaveOut, PLUGINS } from "./bundle-plugins.ts";
import { ASKS_FOR_JSON_SCHEMA, JSON_SCHEMA, LEFT_OUT, type LeftOut } from "./left-out.ts";

/** ES modules that mix in CommonJS ask for `require` and `__dirname`. */
const BANNER = [
  'import{createRequire as ephorRequire}from"node:module";',
  "const require=ephorRequire(import.meta.url);",
  "const __filename=import.meta.filename,__dirname=import.meta.dirname;",
].join("");

export type Entry = { readonly name: string; readonly entry: string };
/** In bytes, maps left out: what is loaded as the function starts, and with what it may load later. */
export type BundleSize = { readonly atImport: number; readonly whole: number };

/**
 * Bundles each entry into `<folder>/<name>/index.mjs`: minified ES modules for Node 24 with all that they use and nothing
 * else, each with its source map. What is imported dynamically stands in files beside it, loaded when it is asked for.
 * Gives the size of each. Throws esbuild's messages where one fails.
 */
export async function bundleFunctions(
  entries: readonly Entry[],
  { root, folder }: { root: string; folder: string },
): Promise<ReadonlyMap<string, BundleSize>> {
  const sizes = entries.map(
    async ({ name, entry }) => [name, await bundleOne(join(root, entry), join(root, folder, name))] as const,
  );
  return new Map(await Promise.all(sizes));
}

async function bundleOne(entry: string, out: string): Promise<BundleSize> {
  const size = await buildOne(entry, { out, without: [...LEFT_OUT, ...JSON_SCHEMA] });
  const files = readdirSync(out).filter((file) => file.endsWith(".mjs"));
  const isWhole = !files.some((file) => readFileSync(join(out, file), "utf8").includes(ASKS_FOR_JSON_SCHEMA));
  return isWhole ? size : buildOne(entry, { out, without: LEFT_OUT });
}

async function buildOne(
  entry: string,
  { out, without }: { out: string; without: readonly LeftOut[] },
): Promise<BundleSize> {
  rmSync(out, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: [{ in: entry, out: "index" }],
    outdir: out,
    outExtension: { ".js": ".mjs" },
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
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
    plugins: [leaveOut(without), ...PLUGINS],
  });
  return sizeOf(metafile);
}

function sizeOf({ outputs }: Metafile): BundleSize {
  const code = Object.entries(outputs).filter(([file]) => file.endsWith(".mjs"));
  const loaded = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { path, kind } of outputs[file]?.imports ?? []) if (kind === "import-statement") load(path);
  };
  for (const [file, { entryPoint }] of code) if (entryPoint !== undefined && /[\\/]index\.mjs$/.test(file)) load(file);
  const bytesOf = (files: readonly [string, { readonly bytes: number }][]) =>
    files.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  return { atImport: bytesOf(code.filter(([file]) => loaded.has(file))), whole: bytesOf(code) };
}
