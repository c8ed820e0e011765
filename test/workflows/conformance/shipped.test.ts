import { topologyOf } from "@ephor/topology/topology";
import { describe, expect, test } from "vitest";
import { CASES } from "./cases.ts";
import { DIFFERENCES } from "./differences.ts";
import { explore } from "./explore.ts";
import { localDriver } from "./local-driver.ts";
import { statesOf } from "./states-of.ts";

const { workflows } = topologyOf([]);
const SEEDS = [2, 1, 7];
/** Some states need a chain of answers that chance may miss; what it misses is told. */
const ENTERED_SHARE_MIN = 0.9;
/** On the whole engine, with its store; those with the most steps that no other takes come first. */
const CASES_MAX = 12;
const SECONDS_MAX = 240;

describe.each(workflows.map((workflow) => [workflow.name, workflow] as const))("the workflow %s", (name, workflow) => {
  test(
    "ends on the whole engine as in its core, and hardly a state of it is never entered",
    async () => {
      const entered = new Set<string>();
      for (const seed of SEEDS) {
        const explored = await explore(workflow, seed);
        for (const one of explored.cases.slice(0, CASES_MAX)) {
          const { calls: _calls, ...outcome } = await localDriver(one);
          expect(outcome).toMatchObject(one.expected);
        }
        for (const state of explored.entered) entered.add(state);
        if (entered.size / explored.states.length >= ENTERED_SHARE_MIN) {
          const never = explored.states.filter((state) => !entered.has(state));
          return never.length === 0 || console.info(`${name}: chance did not enter ${never.join(", ")}`);
        }
      }
      expect([...entered].sort()).toEqual([...statesOf(workflow.definition)].map(([state]) => state).sort());
    },
    SECONDS_MAX * 1_000,
  );

  test("does nothing on which an emulator and AWS are not one", () => {
    const dependent = Object.entries(DIFFERENCES).flatMap(([name, { dependent }]) =>
      dependent(workflow).map((state) => `${state}: ${name}`),
    );
    expect(dependent).toEqual([]);
  });
});

test("every difference is of a case that is written", () => {
  const names = CASES.map(({ name }) => name);
  expect(Object.keys(DIFFERENCES).filter((name) => !names.includes(name))).toEqual([]);
});
