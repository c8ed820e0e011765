import { expect, test } from "vitest";
import type { Finding, FindingDraft } from "./finding.ts";
import { mayTransition, TRANSITIONS } from "./finding-status.ts";
import { seeFinding } from "./see-finding.ts";
import { DEFAULT_TENANT } from "./tenant.ts";
import { addSeconds, timestamp } from "./time.ts";

const draft: FindingDraft = {
  ...{
    detection: "a.b",
    detectionVersion: "1",
    title: "t",
    severity: "low",
    account: "111122223333",
    region: "eu-west-1",
  },
  ...{
    resource: { type: "T", id: "r" },
    actor: null,
    actorInKey: false,
    mitre: [],
    controls: [],
    remediation: null,
    evidence: {},
  },
};
const noon = timestamp(Date.UTC(2026, 0, 1, 12));
const see = (known: Finding | undefined, secondsAfterNoon: number, identity: string) =>
  seeFinding(known, {
    tenant: DEFAULT_TENANT,
    draft,
    sighting: { identity, time: addSeconds(noon, secondsAfterNoon) },
  });
const resolvedAtNoon = (): Finding => ({
  ...see(undefined, -10, "first").finding,
  status: "resolved",
  resolvedAt: noon,
});

test("the first sighting opens, in generation 1", () => {
  expect(see(undefined, 0, "a")).toMatchObject({ change: "opened", finding: { status: "open", generation: 1 } });
});

test("an event after the resolution reopens and begins a new generation", () => {
  expect(see(resolvedAtNoon(), 0.001, "b")).toMatchObject({
    change: "reopened",
    finding: { status: "reopened", generation: 2, resolvedAt: null },
  });
});

test("an event at the very time of the resolution, or before it, does not", () => {
  expect(see(resolvedAtNoon(), 0, "b")).toMatchObject({
    change: "seen",
    finding: { status: "resolved", generation: 1, occurrences: 2 },
  });
  expect(see(resolvedAtNoon(), -5, "c")).toMatchObject({ change: "seen", finding: { status: "resolved" } });
});

test("only a resolved finding is reopened by an event", () => {
  for (const status of ["open", "awaiting-approval", "remediating", "failed", "excepted", "reopened"] as const) {
    const { finding, change } = see({ ...resolvedAtNoon(), status }, 100, "b");
    expect({ status: finding.status, change, generation: finding.generation }).toEqual({
      status,
      change: "seen",
      generation: 1,
    });
  }
});

test("a change of status that the table does not name is refused for every cause", () => {
  expect(mayTransition({ from: "open", to: "resolved", cause: "person" })).toBe(true);
  expect(mayTransition({ from: "open", to: "resolved", cause: "sighting" })).toBe(false);
  expect(mayTransition({ from: "resolved", to: "open", cause: "person" })).toBe(false);
  for (const from of Object.keys(TRANSITIONS) as (keyof typeof TRANSITIONS)[])
    expect(TRANSITIONS[from][from]).toBeUndefined();
});
