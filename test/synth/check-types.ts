import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { installPlatform } from "./platform.ts";

/** Checks `sst.config.ts`, `stacks/` and `functions/` against SST's types; exit 1 with what does not hold. */
const root = resolve(import.meta.dirname, "../..");
installPlatform(root);
const tsc = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", "stacks"], { cwd: root, encoding: "utf8" });
// SST ships sources, not declarations, which do not hold under our stricter rules; packages are checked on their own.
const ours = tsc.stdout.split("\n").filter((line) => /^(?:stacks|functions)\/|^sst\.config\.ts/.test(line));
const isBroken = tsc.status === null || (tsc.status !== 0 && !/error TS/.test(tsc.stdout));
if (isBroken) console.error(`tsc could not check: ${tsc.stderr || tsc.stdout}`);
for (const line of ours) console.error(line);
process.exitCode = isBroken || ours.length > 0 ? 1 : 0;
