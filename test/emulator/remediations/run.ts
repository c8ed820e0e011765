import { remediations } from "@ephor/remediations/catalogue";
import { scriptOptions } from "../../support/script-options.ts";
import { CARELESS } from "./careless/table.ts";
import { problemsWith } from "./check.ts";
import { responder } from "./respond.ts";
import { pointAt, startVictims } from "./victim.ts";

/** Every remediation against an account in an emulator that nobody here wrote. Exits 1 where anything does not hold. */
const USAGE = `Usage: npm run test:emulator -- [options]

  --only TEXT   only remediations whose id holds TEXT`;

const { only = "" } = scriptOptions(USAGE, { only: { type: "string" } });
const wanted = remediations.filter(({ id }) => id.includes(only));
const strays = CARELESS.filter((one) => remediations.every(({ id }) => id !== one.remediation));
if (strays.length > 0) throw new Error(`no remediation ${strays.map((one) => one.remediation).join(", ")} is known`);
const victims = await startVictims();
const started = performance.now();
let failed = 0;
try {
  for (const remediation of wanted) {
    const careless = CARELESS.find((one) => one.remediation === remediation.id);
    const problems =
      careless === undefined
        ? ["nothing careless is known for it: add it to test/emulator/remediations/careless"]
        : await tried(remediation.id, async () => {
            const victim = victims[careless.on];
            pointAt(victim);
            return problemsWith({
              ...{ careless, victim, irreversible: remediation.irreversible !== null },
              responder: () => responder({ awsAccess: victim.awsAccess, sealer: victims.sealer }),
            });
          });
    if (problems.length > 0) failed += 1;
    console.log(
      `${problems.length === 0 ? "passed" : "FAILED"}  ${remediation.id}${careless ? ` (${careless.on})` : ""}`,
    );
    for (const problem of problems) console.log(`        ${problem}`);
  }
} finally {
  await victims.stop();
}
const seconds = Math.round((performance.now() - started) / 1000);
console.log(`${wanted.length - failed} passed, ${failed} failed, in ${seconds} s`);
if (failed > 0 || wanted.length === 0) process.exitCode = 1;

async function tried(what: string, work: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await work();
  } catch (error) {
    return [`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}
