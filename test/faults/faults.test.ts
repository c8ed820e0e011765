import { expect, test } from "vitest";
import { faultRun } from "./fault-run.ts";

/** The short form; `npm run test:faults` is the whole. */
const KILLS = 8;
const SECONDS_MAX = 25;

test("what was acknowledged outlives kill -9 at any moment, and nothing is done twice", {
  timeout: 120_000,
}, async () => {
  const seed = Date.now() % 2 ** 31;
  const report = await faultRun({ seed, kills: KILLS, secondsMax: SECONDS_MAX, say: () => undefined });
  expect(report.violations, `npm run test:faults -- --kills ${KILLS} --seed ${seed}`).toEqual([]);
  expect(report.kills).toBeGreaterThan(0);
  expect(report.eventsAcknowledged).toBeGreaterThan(0);
});
