import type { Approval, ApprovalTerms, DecisionWord } from "@ephor/domain/approval";
import { countOf, decide, type Groups, mayExecute, moveApproval } from "@ephor/domain/approval-decision";
import { approvalIdOf, findingIdOf } from "@ephor/domain/ids";
import { assertNever, type Result } from "@ephor/domain/result";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { addSeconds, type Timestamp, timestamp } from "@ephor/domain/time";
import fc from "fast-check";
import { expect, test } from "vitest";

const PEOPLE = ["ann", "bob", "cid", "dee", "eve", "req", "act"];
const GROUP_NAMES = ["red", "green", "blue", "last"];
const PLAN = "a".repeat(64);
const OPENED = timestamp(Date.UTC(2026, 2, 1));

const person = fc.constantFrom(...PEOPLE);
const groups: fc.Arbitrary<Groups> = fc.record(
  Object.fromEntries(GROUP_NAMES.map((name) => [name, fc.uniqueArray(person, { maxLength: 4 })])),
);
const terms: fc.Arbitrary<ApprovalTerms> = fc.record({
  risk: fc.constantFrom("low", "medium", "high"),
  groups: fc.uniqueArray(fc.constantFrom("red", "green", "blue"), { minLength: 1, maxLength: 3 }),
  approvalsNeeded: fc.integer({ min: 0, max: 4 }),
  rejectionsNeeded: fc.integer({ min: 1, max: 2 }),
  expiresHours: fc.constant(72),
  escalation: fc.constantFrom("timeout", null),
  fallbackGroup: fc.constantFrom("last", null),
  channels: fc.constant([]),
  because: fc.constant([]),
});

type Event =
  | { kind: "decide"; person: string; decision: DecisionWord }
  | { kind: "remind" | "wait" | "cancel" | "expire" | "execute" }
  | { kind: "regroup"; groups: Groups };
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("decide" as const),
      person,
      decision: fc.constantFrom("approve" as const, "approve" as const, "approve" as const, "reject" as const),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: "execute" as const }) },
  { weight: 2, arbitrary: fc.constantFrom({ kind: "remind" as const }, { kind: "wait" as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: "cancel" as const }, { kind: "expire" as const }) },
  { weight: 1, arbitrary: groups.map((to) => ({ kind: "regroup" as const, groups: to })) },
);

/** Every way of giving each of `names` a person of their own, tried one after the other. */
function canCover(
  names: readonly string[],
  able: (person: string, group: string) => boolean,
  free: readonly string[],
): boolean {
  const [name, ...rest] = names;
  if (name === undefined) return true;
  return free.some(
    (one) =>
      able(one, name) &&
      canCover(
        rest,
        able,
        free.filter((other) => other !== one),
      ),
  );
}

/** The rule said again, without matching or maps: who said yes and only yes first, is asked, and covers the groups. */
function isEnough(approval: Approval, now: Groups): boolean {
  const { terms } = approval;
  const times = terms.escalation === "timeout" ? 1 : 0;
  const isFallback = (one: string) =>
    terms.fallbackGroup !== null && approval.reminders > times && (now[terms.fallbackGroup] ?? []).includes(one);
  const able = (one: string, group: string) =>
    one !== "req" && one !== "act" && ((now[group] ?? []).includes(one) || isFallback(one));
  const firstWord = (one: string) => approval.decisions.find((decision) => decision.person === one)?.decision;
  const yes = PEOPLE.filter((one) => firstWord(one) === "approve" && terms.groups.some((group) => able(one, group)));
  return yes.length >= Math.max(1, terms.approvalsNeeded) && canCover(terms.groups, able, yes);
}

const anApproval = (terms: ApprovalTerms, more: Partial<Approval> = {}): Approval => ({
  ...{ id: approvalIdOf(["p"]), tenant: DEFAULT_TENANT, title: "t", account: null, region: null, resource: null },
  subject: { kind: "plan", findingId: findingIdOf(["p"]), generation: 1, planHash: PLAN },
  ...{ terms, requester: "req", excluded: ["act"], state: "pending", openedAt: OPENED, endedAt: null },
  ...{ expiresAt: addSeconds(OPENED, 5 * 3600), decisions: [], reminders: 0, token: null, correlationId: "c" },
  ...more,
});

type World = { readonly approval: Approval; readonly groups: Groups; readonly now: Timestamp };
const kept = (world: World, result: Result<Approval>): World =>
  result.ok ? { ...world, approval: result.value } : world;

/** What each event makes of a world; what is refused leaves it as it was. */
function after(world: World, event: Event): World {
  const { approval, now } = world;
  switch (event.kind) {
    case "wait":
      return { ...world, now: addSeconds(now, 3600) };
    case "regroup":
      return { ...world, groups: event.groups };
    case "remind":
      return approval.state === "pending"
        ? { ...world, approval: { ...approval, reminders: approval.reminders + 1 } }
        : world;
    case "decide":
      return kept(world, decide(approval, { decision: { ...said(event), via: "api" }, groups: world.groups, now }));
    case "cancel":
      return kept(world, moveApproval(approval, { to: "cancelled", now }));
    case "expire":
      return kept(world, moveApproval(approval, { to: "expired", now }));
    case "execute": {
      const may = mayExecute(approval, { groups: world.groups, now, planHash: PLAN });
      return may.ok ? kept(world, moveApproval(approval, { to: "executed", now })) : world;
    }
    default:
      return assertNever(event);
  }
}
const said = ({ person, decision }: Extract<Event, { kind: "decide" }>) => ({ person, decision, reason: "" });

/** Holds at every step; gives whether it was the one that carried it out. */
function check(before: World, { approval, groups, now }: World): boolean {
  const isNew = approval.state !== before.approval.state;
  const people = approval.decisions.map((decision) => decision.person);
  expect(new Set(people).size).toBe(people.length);
  if (isNew && approval.state === "approved") expect(isEnough(approval, groups)).toBe(true);
  if (!isNew || approval.state !== "executed") return false;
  expect(now < approval.expiresAt).toBe(true);
  expect(isEnough(approval, groups)).toBe(true);
  return true;
}

test("no order of events carries out what too few distinct people, who may decide, have approved", () => {
  let executed = 0;
  fc.assert(
    fc.property(terms, groups, fc.array(event, { maxLength: 60, size: "max" }), (asked, begun, events) => {
      let world: World = { approval: anApproval(asked), groups: begun, now: OPENED };
      for (const one of events) {
        const next = after(world, one);
        if (check(world, next)) executed += 1;
        world = next;
      }
    }),
    { numRuns: 3000 },
  );
  expect(executed).toBeGreaterThan(100);
});

test("the count is the brute force's, whoever decided in whichever order", () => {
  const decisions = fc.array(fc.tuple(person, fc.constantFrom<DecisionWord>("approve", "reject")), { maxLength: 8 });
  fc.assert(
    fc.property(terms, groups, decisions, fc.integer({ min: 0, max: 3 }), (asked, members, told, reminders) => {
      const all = told.map(
        ([one, decision]) => ({ person: one, decision, reason: "", at: OPENED, via: "api" }) as const,
      );
      const approval = anApproval(asked, { reminders, decisions: all });
      expect(countOf(approval, members).isApproved).toBe(isEnough(approval, members));
    }),
    { numRuns: 5000 },
  );
});
