import { scriptOptions } from "../support/script-options.ts";
import { faultRun } from "./fault-run.ts";
import { responseFaultRun } from "./responses/response-fault-run.ts";

/** Kills a node under load and checks what is left. Exits 1 where anything that was promised does not hold. */
const USAGE = `Usage: npm run test:faults -- [options]

  --seed N      repeat the run of this seed; another one every time unless told
  --kills N     how often the node is killed, 300 unless told
  --seconds N   stop after so many seconds, 3600 unless told
  --responses   kills it while it changes an account, behind a network that loses answers, while people decide and the
                receiver of its notices hangs up`;

const flags = scriptOptions(USAGE, {
  seed: { type: "string" },
  kills: { type: "string", default: "300" },
  seconds: { type: "string", default: "3600" },
  responses: { type: "boolean", default: false },
});
const seed = Number(flags.seed ?? Date.now() % 2 ** 31);
const kills = Number(flags.kills);
const say = (line: string) => console.log(line);
say(`seed ${seed}: ${kills} kills${flags.responses ? "" : `, at most ${flags.seconds} s`}`);
const { violations, ...figures } = flags.responses
  ? await responseFaultRun({ seed, kills, say })
  : await faultRun({ seed, kills, secondsMax: Number(flags.seconds), say });
console.log(JSON.stringify(figures));
for (const violation of violations) console.error(`seed ${seed}: ${violation}`);
if (violations.length > 0) process.exitCode = 1;
