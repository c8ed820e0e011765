import { scriptOptions } from "../support/script-options.ts";
import { faultRun } from "./fault-run.ts";

/** Kills a node under load and checks what is left. Exits 1 where anything that was promised does not hold. */
const USAGE = `Usage: npm run test:faults -- [options]

  --seed N      repeat the run of this seed; another one every time unless told
  --kills N     how often the node is killed, 300 unless told
  --seconds N   stop after so many seconds, 3600 unless told`;

const flags = scriptOptions(USAGE, {
  seed: { type: "string" },
  kills: { type: "string", default: "300" },
  seconds: { type: "string", default: "3600" },
});
const seed = Number(flags.seed ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}: ${flags.kills} kills, at most ${flags.seconds} s`);
const report = await faultRun({
  seed,
  kills: Number(flags.kills),
  secondsMax: Number(flags.seconds),
  say: (line) => console.log(line),
});
const { violations, ...figures } = report;
console.log(JSON.stringify(figures));
for (const violation of violations) console.error(`seed ${seed}: ${violation}`);
if (violations.length > 0) process.exitCode = 1;
