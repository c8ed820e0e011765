import { describe, expect, test } from "vitest";
import { APPROVAL_STATES, type Approval, type ApprovalState, type ApprovalTerms, type Decision } from "./approval.ts";
import {
  APPROVAL_TRANSITIONS,
  canBeApproved,
  countOf,
  decide,
  type Groups,
  mayDecide,
  mayExecute,
  moveApproval,
  nextEscalation,
  peopleAsked,
} from "./approval-decision.ts";
import { approvalIdOf, findingIdOf } from "./ids.ts";
import { DEFAULT_TENANT } from "./tenant.ts";
import { addSeconds, timestamp } from "./time.ts";

const OPENED = timestamp(Date.UTC(2026, 2, 1));
const LATER = addSeconds(OPENED, 600);
const PLAN = "a".repeat(64);
const GROUPS: Groups = {
  security: ["ann", "bob", "req", "act"],
  platform: ["bob", "cid"],
  leads: ["fay"],
};
const TERMS: ApprovalTerms = {
  ...{ risk: "medium", groups: ["security"], approvalsNeeded: 1, rejectionsNeeded: 1, expiresHours: 72 },
  ...{ escalation: "critical", fallbackGroup: "leads", channels: [], because: [] },
};

const approvalOf = ({
  terms = {},
  ...more
}: Partial<Omit<Approval, "terms">> & { terms?: Partial<ApprovalTerms> } = {}): Approval => ({
  ...{ id: approvalIdOf(["one"]), tenant: DEFAULT_TENANT, title: "t", account: null, region: null, resource: null },
  subject: { kind: "plan", findingId: findingIdOf(["one"]), generation: 1, planHash: PLAN },
  ...{ requester: "req", excluded: ["act"], state: "pending", openedAt: OPENED },
  ...{
    expiresAt: addSeconds(OPENED, 72 * 3600),
    endedAt: null,
    decisions: [],
    reminders: 0,
    token: null,
    correlationId: "c",
  },
  ...more,
  terms: { ...TERMS, ...terms },
});
const said = (person: string, decision: Decision["decision"] = "approve"): Decision => ({
  ...{ person, decision, reason: "r", at: OPENED, via: "api" },
});
const saying = (
  approval: Approval,
  person: string,
  {
    decision = "approve",
    groups = GROUPS,
    now = LATER,
    planHash,
  }: { decision?: Decision["decision"]; groups?: Groups; now?: typeof LATER; planHash?: string } = {},
) =>
  decide(approval, {
    decision: { person, decision, reason: "r", via: "api" },
    groups,
    now,
    ...(planHash === undefined ? {} : { planHash }),
  });
const outcome = (result: ReturnType<typeof decide>): string =>
  result.ok ? `${result.value.state} ${result.value.decisions.length}` : result.error.code;

/** What each kind of person gets, in each state, for each word. `same`: the approval comes back as it was. */
const KINDS: Readonly<
  Record<string, { person: string; before?: Decision[]; reminders?: number; groups?: Groups; eligible: boolean }>
> = {
  member: { person: "ann", eligible: true },
  "non-member": { person: "zoe", eligible: false },
  requester: { person: "req", eligible: false },
  "actor who caused it": { person: "act", eligible: false },
  "fallback before its turn": { person: "fay", reminders: 3, eligible: false },
  "fallback after the ladder": { person: "fay", reminders: 4, eligible: true },
  "member who was removed": { person: "ann", groups: { ...GROUPS, security: ["bob"] }, eligible: false },
  "approver who says it again": { person: "ann", before: [said("ann")], eligible: true },
  "rejecter who says it again": { person: "ann", before: [said("ann", "reject")], eligible: true },
};

function expected(state: ApprovalState, decision: Decision["decision"], kind: (typeof KINDS)[string]): string {
  if (kind.eligible !== true) return "approval.not-eligible";
  const [own] = kind.before ?? [];
  const stands = state === "pending" || state === "approved" || state === "rejected" || state === "executed";
  if (own !== undefined && stands) return own.decision === decision ? `${state} 1` : "approval.refused";
  if (state !== "pending") return "approval.refused";
  return decision === "approve" ? "approved 1" : "rejected 1";
}

const CASES = APPROVAL_STATES.flatMap((state) =>
  (["approve", "reject"] as const).flatMap((decision) => Object.keys(KINDS).map((name) => ({ state, decision, name }))),
);

describe("a decision", () => {
  test.each(CASES)("$decision on one that is $state, by a $name", ({ state, decision, name }) => {
    const kind = KINDS[name] ?? { person: "", eligible: false };
    const { person, before = [], reminders = 0, groups = GROUPS } = kind;
    // Two approvals are asked for where one decision stands already, so that it alone has not ended it.
    const terms = before.length === 0 ? {} : { approvalsNeeded: 2, rejectionsNeeded: 2 };
    const approval = approvalOf({ state, decisions: before, reminders, terms });
    const result = saying(approval, person, { decision, groups });
    expect(outcome(result)).toBe(expected(state, decision, kind));
    if (result.ok && before.length > 0) expect(result.value).toBe(approval);
  });

  test("after expiry is refused, also while nobody has said that it expired", () => {
    const approval = approvalOf();
    const result = saying(approval, "ann", { now: approval.expiresAt });
    expect(result.ok ? "" : result.error.message).toContain(`it expired at ${approval.expiresAt}`);
    const again = saying(approvalOf({ decisions: [said("ann")], terms: { approvalsNeeded: 2 } }), "ann", {
      now: approval.expiresAt,
    });
    expect(outcome(again)).toBe("approval.refused");
  });

  test("on a plan that has changed since is refused and says so", () => {
    const result = saying(approvalOf(), "ann", { planHash: "b".repeat(64) });
    expect(result.ok ? "" : result.error.message).toContain("the plan has changed since");
    expect(outcome(saying(approvalOf(), "ann", { planHash: PLAN }))).toBe("approved 1");
  });

  test.each([
    ["cancelled", "it is cancelled"],
    ["expired", "it expired at"],
    ["rejected", "it is rejected"],
    ["executed", "carried out already"],
  ] as const)("on one that is %s says what it is", (state, words) => {
    const result = saying(approvalOf({ state, endedAt: LATER }), "ann");
    expect(result.ok ? "" : result.error.message).toContain(words);
  });

  test("by a button in Slack decides low and medium risk alone", () => {
    const decision = { person: "ann", decision: "approve", reason: "", via: "slack" } as const;
    const at = (risk: "low" | "medium" | "high") =>
      outcome(decide(approvalOf({ terms: { risk } }), { decision, groups: GROUPS, now: LATER }));
    expect([at("low"), at("medium"), at("high")]).toEqual(["approved 1", "approved 1", "approval.refused"]);
  });

  test("keeps when and why, and ends the approval with the last one that is needed", () => {
    const first = saying(approvalOf({ terms: { approvalsNeeded: 2 } }), "ann");
    if (!first.ok) throw new Error(first.error.message);
    expect(first.value).toMatchObject({
      state: "pending",
      endedAt: null,
      decisions: [{ person: "ann", at: LATER, reason: "r" }],
    });
    const second = saying(first.value, "bob");
    expect(second.ok && second.value).toMatchObject({ state: "approved", endedAt: LATER });
  });

  test("of as many rejecters as the terms ask for rejects, and of fewer does not", () => {
    const one = saying(approvalOf({ terms: { rejectionsNeeded: 2, approvalsNeeded: 2 } }), "ann", {
      decision: "reject",
    });
    expect(outcome(one)).toBe("pending 1");
    if (one.ok) expect(outcome(saying(one.value, "bob", { decision: "reject" }))).toBe("rejected 2");
  });
});

describe("counting", () => {
  const both = { groups: ["security", "platform"], approvalsNeeded: 2 };

  test("a person who is in two groups stands for one of them only", () => {
    const alone = countOf(approvalOf({ decisions: [said("bob")], terms: both }), GROUPS);
    expect(alone).toMatchObject({ approvers: ["bob"], isApproved: false });
    expect(alone.missing).toHaveLength(1);
  });

  test("finds the one way in which everybody stands for a group, whoever came first", () => {
    for (const order of [
      ["bob", "ann"],
      ["ann", "bob"],
      ["bob", "cid"],
    ]) {
      const { isApproved, forGroup } = countOf(
        approvalOf({ decisions: order.map((p) => said(p)), terms: both }),
        GROUPS,
      );
      expect(isApproved).toBe(true);
      expect(new Set(forGroup.values()).size).toBe(2);
    }
  });

  test("three groups take an augmenting path of length two", () => {
    const groups = { a: ["x", "y"], b: ["y", "z"], c: ["x"] };
    const terms = { groups: ["a", "b", "c"], approvalsNeeded: 3, fallbackGroup: null };
    const approval = approvalOf({ terms, decisions: ["x", "y", "z"].map((p) => said(p)) });
    expect(Object.fromEntries(countOf(approval, groups).forGroup)).toEqual({ a: "y", b: "z", c: "x" });
  });

  test("two people of one group do not make up for the other group", () => {
    expect(
      countOf(
        approvalOf({ decisions: [said("ann"), said("bob")], terms: { ...both, groups: ["security", "leads"] } }),
        GROUPS,
      ).missing,
    ).toEqual(["leads"]);
  });

  test("who has left the group since does not count any more, nor does who never may", () => {
    const decisions = [said("ann"), said("req"), said("act"), said("zoe")];
    expect(countOf(approvalOf({ decisions }), GROUPS).approvers).toEqual(["ann"]);
    expect(countOf(approvalOf({ decisions }), { security: ["req", "act"] })).toMatchObject({
      approvers: [],
      isApproved: false,
    });
    expect(countOf(approvalOf({ decisions }), {}).approvers).toEqual([]);
  });

  test("a person counts by their first word, however often they stand there", () => {
    const twice = [said("ann"), said("ann", "reject"), said("ann")];
    expect(countOf(approvalOf({ decisions: twice, terms: { approvalsNeeded: 2 } }), GROUPS)).toMatchObject({
      approvers: ["ann"],
      rejecters: [],
      isApproved: false,
    });
  });

  test("terms that ask for nothing still ask for one approval a group", () => {
    expect(countOf(approvalOf({ terms: { approvalsNeeded: 0 } }), GROUPS).isApproved).toBe(false);
    expect(
      countOf(
        approvalOf({ terms: { approvalsNeeded: 1, groups: ["security", "platform"] }, decisions: [said("ann")] }),
        GROUPS,
      ),
    ).toMatchObject({ approvalsNeeded: 2, isApproved: false });
  });

  test("the fallback group stands for any group once it is asked", () => {
    const approval = approvalOf({ reminders: 4, decisions: [said("fay"), said("ann")], terms: both });
    expect(countOf(approval, GROUPS).isApproved).toBe(true);
    expect(countOf({ ...approval, reminders: 3 }, GROUPS).isApproved).toBe(false);
  });

  test("a group that is called like a property of objects has no members", () => {
    const terms = { groups: ["constructor"], fallbackGroup: null };
    expect(mayDecide(approvalOf({ terms }), { person: "ann", groups: GROUPS }).ok).toBe(false);
  });
});

describe("carrying out", () => {
  const approved = approvalOf({ state: "approved", decisions: [said("ann")] });
  const at = { groups: GROUPS, now: LATER, planHash: PLAN };

  test("takes an approval that stands, in time, on this very plan, by people who are still in their groups", () => {
    expect(mayExecute(approved, at).ok).toBe(true);
    const refused = {
      pending: mayExecute({ ...approved, state: "pending" }, at),
      executed: mayExecute({ ...approved, state: "executed" }, at),
      late: mayExecute(approved, { ...at, now: approved.expiresAt }),
      "another plan": mayExecute(approved, { ...at, planHash: "b".repeat(64) }),
      removed: mayExecute(approved, { ...at, groups: { security: ["bob"] } }),
    };
    for (const [name, result] of Object.entries(refused)) expect(result.ok, name).toBe(false);
  });

  test("moves by the table alone", () => {
    for (const from of APPROVAL_STATES) {
      for (const to of APPROVAL_STATES) {
        const moved = moveApproval(approvalOf({ state: from }), { to, now: LATER });
        expect(moved.ok, `${from} to ${to}`).toBe(APPROVAL_TRANSITIONS[from].includes(to));
      }
    }
    expect(APPROVAL_TRANSITIONS.executed).toEqual([]);
  });
});

describe("who is asked", () => {
  test("are the members, without requester and causer, and the fallback group in its turn", () => {
    expect(peopleAsked(approvalOf(), GROUPS)).toEqual(["ann", "bob"]);
    expect(peopleAsked(approvalOf({ reminders: 4 }), GROUPS)).toEqual(["ann", "bob", "fay"]);
  });

  test("may be too few for the terms, which is told", () => {
    expect(canBeApproved(approvalOf({ terms: { approvalsNeeded: 2 } }), GROUPS)).toBe(true);
    expect(canBeApproved(approvalOf({ terms: { approvalsNeeded: 3 } }), GROUPS)).toBe(false);
    expect(canBeApproved(approvalOf({ terms: { groups: ["nobody"] } }), GROUPS)).toBe(false);
  });
});

describe("escalation", () => {
  const steps = (approval: Approval) => {
    const told: string[] = [];
    let now = approval;
    for (;;) {
      const next = nextEscalation(now);
      told.push(next.step === "end" ? "end" : `${next.step} ${(Date.parse(next.at) - Date.parse(OPENED)) / 60_000}`);
      if (next.step !== "remind") return told;
      now = { ...now, reminders: now.reminders + 1 };
    }
  };

  test.each([
    ["critical", "leads", ["remind 15", "remind 30", "remind 45", "remind 60", "expire 4320"]],
    ["auth", null, ["remind 30", "remind 60", "expire 4320"]],
    ["database", "leads", ["remind 20", "remind 40", "remind 60", "remind 80", "expire 4320"]],
    ["error-rate", null, ["remind 45", "remind 90", "expire 4320"]],
    ["timeout", null, ["remind 60", "expire 4320"]],
    [null, "leads", ["expire 4320"]],
  ] as const)("%s with the fallback group %s", (escalation, fallbackGroup, told) => {
    expect(steps(approvalOf({ terms: { escalation, fallbackGroup } }))).toEqual(told);
  });

  test("never reminds of what has expired", () => {
    const approval = approvalOf({ expiresAt: addSeconds(OPENED, 3600), terms: { escalation: "database" } });
    expect(steps(approval)).toEqual(["remind 20", "remind 40", "expire 60"]);
    expect(steps(approvalOf({ state: "approved" }))).toEqual(["end"]);
  });
});
