import { Random } from "../fuzz/random.ts";
import { scriptOptions } from "../support/script-options.ts";
import { ATTACKS } from "./checks/attacks.ts";
import { type Check, Skipped, type World } from "./checks/check.ts";
import { CONFORMANCE } from "./checks/conformance.ts";
import { DEPLOYMENT } from "./checks/deployment.ts";
import { EFFECTS } from "./checks/effects.ts";
import { EVENTS } from "./checks/events.ts";
import { EXECUTIONS, FAILED_EXECUTIONS } from "./checks/executions.ts";
import { FAULTS } from "./checks/faults.ts";
import { LEDGER } from "./checks/ledger.ts";
import { QUEUES } from "./checks/queues.ts";
import { RESPONSES } from "./checks/responses.ts";
import { ASSERTED_BY_SYNTH } from "./deploy/resource-types.ts";
import { DEPLOYED_CONFIG } from "./deployed-config.ts";
import { deploySystem } from "./system.ts";

/**
 * Creates what `sst deploy` would create in an emulator of AWS and drives events through it. Exits 1 where anything that
 * was promised does not hold, or where the emulator cannot be had.
 */
const USAGE = `Usage: npm run test:aws -- [options]

  --seed N     repeat the generated events and the faults of this seed; others every time unless told
  --only TEXT  the checks whose name has TEXT in it, and no others, such as responses: those of responses to findings`;

const CHECKS: readonly Check[] = [
  ...ATTACKS,
  ...LEDGER,
  ...EVENTS,
  ...RESPONSES,
  ...EXECUTIONS,
  ...FAULTS,
  ...FAILED_EXECUTIONS,
  ...EFFECTS,
  ...QUEUES,
  ...DEPLOYMENT,
  ...CONFORMANCE,
  ...LEDGER.map(({ name, run }) => ({ name: `${name}, after all that`, run })),
];

const flags = scriptOptions(USAGE, { seed: { type: "string" }, only: { type: "string", default: "" } });
const seed = Number(flags.seed ?? Date.now() % 2 ** 31);
const started = performance.now();
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const seconds = (sinceMs: number): string => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;

const outcomes = { passed: 0, failed: 0, skipped: 0 };
say(`seed ${seed}`);
const system = await deploySystem({ stage: "dev", config: DEPLOYED_CONFIG }).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
try {
  tellDeployed();
  const world: World = { system, random: new Random(seed), sent: [], figures: new Map() };
  for (const check of CHECKS.filter(({ name }) => name.includes(flags.only ?? ""))) await runOne(check, world);
  for (const [name, figure] of world.figures) say(`${name}: ${figure}`);
  say(`calls of DynamoDB by functions: ${JSON.stringify(Object.fromEntries(system.faults.counts.passed))}`);
} finally {
  await system.stop();
}
const { passed, failed, skipped } = outcomes;
say(`seed ${seed}, ${seconds(started)}${skipped > 0 ? `, ${skipped} skipped` : ""}`);
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function tellDeployed(): void {
  const { created, leftOut } = system.deployed;
  const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((all, count) => all + count, 0);
  say(`created ${sum(created)} resources of ${created.size} types after ${seconds(started)}`);
  say(`left out ${sum(leftOut)} resources of ${leftOut.size} types, which the policies of synth check:`);
  for (const [type, count] of leftOut) say(`  ${count} ${type}: ${ASSERTED_BY_SYNTH[type]}`);
}

async function runOne({ name, run }: Check, world: World): Promise<void> {
  const since = performance.now();
  try {
    const seen = await run(world);
    outcomes.passed += 1;
    say(`passed   ${name} (${seconds(since)}): ${seen}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof Skipped) {
      outcomes.skipped += 1;
      return say(`skipped  ${name}: ${message}`);
    }
    outcomes.failed += 1;
    say(`FAILED   ${name} (${seconds(since)}): ${message}`);
  }
}
