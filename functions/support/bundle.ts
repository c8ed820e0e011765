import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { leaveOut, PLUGINS } from "./bundle-plugins.ts";
import { ASKS_FOR_JSON_SCHEMA, JSON_SCHEMA, LEFT_OUT, type LeftOut } from "./left-out.ts";

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
  const size = await buildOne(entry, { out, without: [...LEFT_OUT, ...JSON_SCHEMA] });
  const isWhole = !readFileSync(join(out, "index.mjs"), "utf8").includes(ASKS_FOR_JSON_SCHEMA);
  return isWhole ? size : buildOne(entry, { out, without: LEFT_OUT });
}

async function buildOne(
  entry: string,
  { out, without }: { out: string; without: readonly LeftOut[] },
): Promise<number> {
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
    plugins: [leaveOut(without), ...PLUGINS],
  });
  const code = Object.entries(metafile.outputs).filter(([file]) => !file.endsWith(".map"));
  return code.reduce((sum, [, { bytes }]) => sum + bytes, 0);
}
