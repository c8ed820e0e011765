import { setTimeout as delay } from "node:timers/promises";
import { readApproval } from "@ephor/app/approval-items";
import { cancelApproval } from "@ephor/app/cancel-approval";
import { approvalChanger } from "@ephor/app/change-approval";
import { decider } from "@ephor/app/decide-approval";
import { decode, type Effect } from "@ephor/app/items";
import { EFFECTS_DUE, noticesDue } from "@ephor/app/keys";
import { openApproval } from "@ephor/app/open-approval";
import type { Store } from "@ephor/app/ports";
import { showApproval } from "@ephor/app/show-approval";
import { showFinding } from "@ephor/app/show-finding";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { describe, expect, test } from "vitest";
import { aSigner, aSubject, termsOf } from "../support/approvals.ts";
import { SUBJECTS, testRandom } from "./support/store-subjects.ts";

const PEOPLE_COUNT = 100;
const people = Array.from({ length: PEOPLE_COUNT }, (_, at) => `person-${at}`);
const config = { groups: { everybody: people }, people: [] };
const tenant = DEFAULT_TENANT;

async function effectsOf(store: Store): Promise<readonly Effect[]> {
  const queues = [EFFECTS_DUE, noticesDue("ops"), noticesDue("mail")];
  const pages = await Promise.all(queues.map((pk) => store.query({ tenant, index: "due", pk, limit: 1000 })));
  return pages.flatMap(({ items }) => items.map((item) => decode("effect", item).effect));
}

/** An index may lag behind the table. */
async function answersOf(store: Store): Promise<readonly Effect[]> {
  for (let tries = 0; tries < 100; tries++) {
    const answers = (await effectsOf(store)).filter(({ kind }) => kind === "answer-task");
    if (answers.length > 0) return answers;
    await delay(20);
  }
  return [];
}

/** At least so many: an index may lag behind the table. */
async function settledEffects(store: Store, count: number): Promise<readonly Effect[]> {
  for (let tries = 0; tries < 100; tries++) {
    const effects = await effectsOf(store);
    if (effects.length >= count) return effects;
    await delay(20);
  }
  return effectsOf(store);
}

describe.each(SUBJECTS)("on $name", ({ open, why }) => {
  async function anApproval(approvalsNeeded: number) {
    const subject = await open();
    if (subject === undefined) return undefined;
    const { store, clock } = subject;
    const d = { store, clock, random: testRandom, config, signer: aSigner() };
    const asked = {
      tenant,
      terms: termsOf("medium", { groups: ["everybody"], approvalsNeeded }),
      requester: "policy 1",
    };
    const opened = await openApproval(d, {
      ...asked,
      subject: await aSubject(store),
      token: "token-1",
      correlationId: "c",
    });
    if (!opened.ok) throw new Error(opened.error.message);
    return { ...subject, d, approvalId: opened.value.approvalId };
  }

  test.for([
    ["one process", 1],
    ["ten processes", 10],
  ] as const)(
    "a hundred people who decide at once, in %s, are counted exactly once each",
    { timeout: 120_000 },
    async ([, processes], { skip }) => {
      const world = await anApproval(PEOPLE_COUNT);
      if (world === undefined) return skip(why);
      const { store, d, approvalId } = world;
      try {
        const deciders = Array.from({ length: processes }, () => decider(approvalChanger()));
        const all = people.map((person, at) => {
          const decision = { person, decision: "approve", reason: "", via: "api" } as const;
          const decide = deciders[at % processes] ?? decider(approvalChanger());
          return decide(d, { tenant, approvalId, decision, correlationId: `c-${at}` });
        });
        const results = await Promise.all(all);
        expect(results.filter(({ ok }) => !ok)).toEqual([]);
        expect(results.filter((result) => result.ok && result.value.approval.state === "approved")).toHaveLength(1);
        const after = await readApproval({ store }, { tenant, approvalId });
        if (!after.ok) throw new Error(after.error.message);
        const { approval } = after.value;
        expect(approval.state).toBe("approved");
        expect(approval.decisions.map(({ person }) => person).sort()).toEqual([...people].sort());
        expect(await answersOf(store)).toMatchObject([
          { token: "token-1", answer: { kind: "success", output: { decision: "approved", approvalId } } },
        ]);
        const { subject } = approval;
        const shown = subject.kind === "plan" && (await showFinding({ store }, { tenant, id: subject.findingId }));
        const told = shown !== false && shown.ok ? shown.value.timeline.map(({ kind }) => kind) : [];
        expect(told.filter((kind) => kind === "approval.decided")).toHaveLength(PEOPLE_COUNT);
        expect(told.filter((kind) => kind === "approval.ended")).toHaveLength(1);
      } finally {
        await world.close();
      }
    },
  );

  test("approvers and a rejecter at once end it once, one way or the other", async ({ skip }) => {
    const world = await anApproval(3);
    if (world === undefined) return skip(why);
    const { store, d, approvalId } = world;
    try {
      const words = ["approve", "reject", "approve", "approve", "reject", "approve"] as const;
      const decide = decider(approvalChanger());
      await Promise.all(
        words.map((decision, at) =>
          decide(d, {
            tenant,
            approvalId,
            decision: { person: `person-${at}`, decision, reason: "", via: "api" },
            correlationId: "c",
          }),
        ),
      );
      const after = await readApproval({ store }, { tenant, approvalId });
      const state = after.ok ? after.value.approval.state : "";
      expect(["approved", "rejected"]).toContain(state);
      expect(await answersOf(store)).toMatchObject([{ answer: { output: { decision: state } } }]);
    } finally {
      await world.close();
    }
  });

  test("whoever still waits after the end, whose answer nobody heard, is answered again", async ({ skip }) => {
    const world = await anApproval(1);
    if (world === undefined) return skip(why);
    const { store, d, approvalId } = world;
    try {
      const decision = { person: "person-1", decision: "approve", reason: "", via: "api" } as const;
      await decider(approvalChanger())(d, { tenant, approvalId, decision, correlationId: "c" });
      const answer = { token: "token-1", answer: { kind: "success", output: { decision: "approved", approvalId } } };
      expect(await answersOf(store)).toMatchObject([answer]);
      const { items } = await store.query({ tenant, index: "due", pk: EFFECTS_DUE, limit: 1000 });
      await store.transact(items.map((key) => ({ kind: "delete", key, when: { kind: "any" } }) as const));
      const known = await readApproval({ store }, { tenant, approvalId });
      if (!known.ok) throw new Error(known.error.message);
      const { subject, terms } = known.value.approval;
      const again = { tenant, subject, terms, requester: "policy 1", correlationId: "c" };
      expect(await openApproval(d, { ...again, token: "token-1" })).toMatchObject({ value: { isNew: false } });
      expect(await answersOf(store)).toMatchObject([answer]);
    } finally {
      await world.close();
    }
  });

  test("opening, ending and cancelling tell every channel, each once, and start one escalation", async ({ skip }) => {
    const subject = await open();
    if (subject === undefined) return skip(why);
    const { store, clock } = subject;
    try {
      const d = { store, clock, random: testRandom, config, signer: aSigner() };
      const terms = termsOf("low", { groups: ["everybody"], channels: ["ops", "mail"] });
      const asked = { tenant, terms, requester: "policy 1", token: null, correlationId: "c" };
      const of = { ...asked, subject: await aSubject(store) };
      const opened = await openApproval(d, of);
      if (!opened.ok) throw new Error(opened.error.message);
      const { approvalId } = opened.value;
      await openApproval(d, of);
      const end = { tenant, approvalId, by: "test", reason: "not needed", correlationId: "c" };
      for (let times = 0; times < 2; times++) expect((await cancelApproval(d, end)).ok).toBe(true);
      const told = (await settledEffects(store, 5)).map((effect) => {
        if (effect.kind === "notify") return `${effect.channel} ${effect.notice.kind}`;
        return effect.kind === "start-execution" ? effect.name : effect.kind;
      });
      const notices = ["mail approval", "mail approval-ended", "ops approval", "ops approval-ended"];
      expect(told.sort()).toEqual([`escalate-${approvalId}`, ...notices].sort());
    } finally {
      await subject.close();
    }
  });

  test("the way back from a plan shows the same fields the other way round", async ({ skip }) => {
    const subject = await open();
    if (subject === undefined) return skip(why);
    const { store, clock } = subject;
    try {
      const d = { store, clock, random: testRandom, config };
      const terms = termsOf("high", { groups: ["everybody"] });
      const back = { ...(await aSubject(store)), kind: "rollback" } as const;
      const asked = { tenant, terms, requester: "person-1", token: null, correlationId: "c" };
      const opened = await openApproval(d, { ...asked, subject: back });
      if (!opened.ok) throw new Error(opened.error.message);
      const shown = await showApproval(d, { tenant, id: opened.value.approvalId });
      expect(shown.ok && shown.value).toMatchObject({
        title: expect.stringMatching(/^Take back: /),
        plan: { calls: [], diff: [{ path: "/ingress", before: [], after: [{ cidr: "0.0.0.0/0" }] }] },
      });
      const missing = { ...back, generation: 2 };
      expect(await openApproval(d, { ...asked, subject: missing })).toMatchObject({
        error: { code: "plan.not-found" },
      });
    } finally {
      await subject.close();
    }
  });
});
