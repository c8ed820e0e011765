import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { EXAMPLE_SETTINGS, installPlatform } from "../../synth/platform.ts";
import { type Graph, readGraph } from "../../synth/policy/check.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const FOLDER = ".build/emulator";
const SECONDS_MAX = 400;

/**
 * Runs the program of `sst deploy` for a stage and a configuration, as `npm run synth` does, and gives its graph; the
 * bundles lie where it names them. Anew each time, so that what is deployed is what the sources say now. Throws what it
 * says where it does not run.
 */
export function synthesise({ stage, config }: { readonly stage: string; readonly config: object }): Graph {
  installPlatform(ROOT);
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  const configFile = join(FOLDER, "ephor.config.json");
  const graphFile = join(FOLDER, `${stage}.json`);
  writeFileSync(join(ROOT, configFile), JSON.stringify(config));
  const { PATH = "", HOME = "" } = process.env;
  const program = ["--disable-warning=ExperimentalWarning", "test/synth/program.ts", stage, graphFile];
  const done = spawnSync(process.execPath, program, {
    cwd: ROOT,
    encoding: "utf8",
    env: { PATH, HOME, ...EXAMPLE_SETTINGS, EPHOR_CONFIG_FILE: configFile },
    timeout: SECONDS_MAX * 1000,
  });
  if (done.status !== 0) throw new Error(`the program does not run:\n${done.stderr}`);
  return readGraph(join(ROOT, graphFile));
}
