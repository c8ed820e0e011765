import { expireApproval, expireUnexecuted } from "@ephor/app/expire-approval";
import { decode, type Effect } from "@ephor/app/items";
import { EFFECTS_DUE } from "@ephor/app/keys";
import { markExecuted } from "@ephor/app/mark-executed";
import { remindApproval } from "@ephor/app/remind-approval";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { addSeconds } from "@ephor/domain/time";
import { describe, expect, test, vi } from "vitest";
import { type ApprovalNode, anApprovalNode } from "../support/approval-node.ts";

const APPROVE = { decision: "approve", reason: "r" };
const LADDER = { escalation: "critical", fallbackGroup: "leads" } as const;

/** Waits, in real time, until what the workflow does at this virtual moment is done. */
const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 20 });

const escalationOf = async (node: ApprovalNode, id: string) =>
  (await node.executions("escalate")).find(({ name }) => name === `escalate-${id}`);
const begun = (node: ApprovalNode, id: string) =>
  until(async () => {
    expect((await escalationOf(node, id))?.status).toBe("RUNNING");
    expect(node.time.pending()).toBeGreaterThan(0);
  });
const ended = (node: ApprovalNode, id: string) =>
  until(async () => expect((await escalationOf(node, id))?.status).toBe("SUCCEEDED"));
const remindersAre = (node: ApprovalNode, id: string, reminders: number) =>
  until(async () => expect(await node.shown(id)).toMatchObject({ reminders }));
/** What happened to it; reading it is ledgered as well. */
const recordsOf = async (node: ApprovalNode, id: string) =>
  (await node.recordsOf(id)).map(({ leaf }) => String(leaf["did"])).filter((did) => did !== "approval-read");

describe("an approval that nobody decides", () => {
  test("is reminded of by its ladder, then asked of the fallback group, then expires, which denies it", async () => {
    const node = await anApprovalNode();
    const { id } = await node.open({ terms: LADDER });
    await begun(node, id);
    for (const reminder of [1, 2, 3]) {
      node.time.advance(15 * 60 - 1);
      await remindersAre(node, id, reminder - 1);
      node.time.advance(1);
      await remindersAre(node, id, reminder);
    }
    expect((await node.as("fay").post(`/v1/approvals/${id}/decisions`, APPROVE)).status).toBe(403);
    node.time.advance(15 * 60);
    await remindersAre(node, id, 4);
    expect(await node.shown(id)).toMatchObject({ asked: ["ann", "bob", "cid", "fay"] });
    node.time.advance(72 * 3600);
    await ended(node, id);
    expect(await node.shown(id)).toMatchObject({ state: "expired", reminders: 4 });
    const told = ["opened", "refused", "reminded", "reminded", "reminded", "reminded", "expired"];
    expect((await recordsOf(node, id)).sort()).toEqual(told.sort());
    expect((await node.as("ann").post(`/v1/approvals/${id}/decisions`, APPROVE)).body.detail).toContain("expired");
  });

  test("without a ladder is not reminded of, and expires on time", async () => {
    const node = await anApprovalNode();
    const { id } = await node.open({ terms: { fallbackGroup: "leads", expiresHours: 2 } });
    await begun(node, id);
    node.time.advance(2 * 3600 - 1);
    expect(await node.shown(id)).toMatchObject({ state: "pending", reminders: 0 });
    node.time.advance(1);
    await ended(node, id);
    expect(await node.shown(id)).toMatchObject({ state: "expired", reminders: 0 });
  });

  test("is approved by the fallback group once it is asked", async () => {
    const node = await anApprovalNode();
    const { id } = await node.open({ terms: { ...LADDER, escalation: "timeout" } });
    await begun(node, id);
    for (const reminder of [1, 2]) {
      node.time.advance(3600);
      await remindersAre(node, id, reminder);
    }
    expect((await node.as("fay").post(`/v1/approvals/${id}/decisions`, APPROVE)).body).toMatchObject({
      state: "approved",
    });
    node.time.advance(72 * 3600);
    await ended(node, id);
    expect(await node.shown(id)).toMatchObject({ state: "approved", reminders: 2 });
  });
});

test.each(["approve", "reject"])(
  "an approval after `%s` is reminded of no more, and its escalation ends",
  async (decision) => {
    const node = await anApprovalNode();
    const { id } = await node.open({ terms: LADDER });
    await begun(node, id);
    node.time.advance(15 * 60);
    await remindersAre(node, id, 1);
    await node.as("ann").post(`/v1/approvals/${id}/decisions`, { decision, reason: "r" });
    node.time.advance(15 * 60);
    await ended(node, id);
    expect(await node.shown(id)).toMatchObject({ reminders: 1 });
  },
);

test("a node that was stopped goes on where it was, and what was due meanwhile is done once", async () => {
  const node = await anApprovalNode();
  const { id } = await node.open({ terms: LADDER });
  await begun(node, id);
  node.time.advance(15 * 60);
  await remindersAre(node, id, 1);
  await node.restart();
  node.time.advance(80 * 3600);
  await ended(node, id);
  expect(await node.shown(id)).toMatchObject({ state: "expired" });
  expect((await recordsOf(node, id)).filter((did) => did === "expired")).toHaveLength(1);
});

const effectsOf = async (node: ApprovalNode): Promise<readonly Effect[]> => {
  const { items } = await node.store().query({ tenant: DEFAULT_TENANT, index: "due", pk: EFFECTS_DUE, limit: 1000 });
  return items.map((item) => decode("effect", item).effect);
};

describe("a review of what was applied by break-glass", () => {
  const review = async (node: ApprovalNode) => {
    const { id, subject } = await node.open();
    await node.cancel(id);
    if (subject.kind !== "plan") throw new Error("not of a plan");
    const { findingId, generation, planHash } = subject;
    const terms = {
      risk: "high",
      groups: ["approvers"],
      approvalsNeeded: 1,
      rejectionsNeeded: 1,
      expiresHours: 72,
      escalation: null,
      fallbackGroup: null,
      channels: [],
      because: [],
    };
    const input = {
      v: 1,
      tenant: DEFAULT_TENANT,
      findingId,
      generation,
      planHash,
      terms,
      requester: "bob",
      correlationId: "c",
    };
    const name = `review-${findingId}-1`;
    const started = await node
      .node()
      .engine.start({ tenant: DEFAULT_TENANT, workflow: "review", name, input, correlationId: "c" });
    expect(started.ok).toBe(true);
    const asked = { id: "" };
    await until(async () => {
      const { items } = (await node.as("ann").get("/v1/approvals?state=pending")).body;
      expect(items).toMatchObject([{ subject: { kind: "review" }, requester: "bob" }]);
      asked.id = items[0].id;
    });
    await begun(node, asked.id);
    return asked.id;
  };
  const reviewEnds = (node: ApprovalNode, state: string) =>
    until(async () => {
      const [run] = await node.executions("review");
      expect(run?.status).toBe("SUCCEEDED");
      const shown = (await node.as("ann").get(`/v1/executions/${run?.id}`)).body;
      expect(JSON.stringify(shown.history)).toContain(`"${state}"`);
    });

  test("ends with the decision of somebody else than who used it", async () => {
    const node = await anApprovalNode();
    const id = await review(node);
    expect((await node.as("bob").post(`/v1/approvals/${id}/decisions`, APPROVE)).status).toBe(403);
    expect((await node.as("ann").post(`/v1/approvals/${id}/decisions`, APPROVE)).body).toMatchObject({
      state: "approved",
    });
    await reviewEnds(node, "Reviewed");
  });

  test("that nobody makes within a day is ledgered as expired, and opens nothing", async () => {
    const node = await anApprovalNode();
    const id = await review(node);
    node.time.advance(24 * 3600);
    await ended(node, id);
    await reviewEnds(node, "Expired");
    expect(await recordsOf(node, id)).toContain("expired");
    expect((await effectsOf(node)).filter(({ kind }) => kind === "start-execution")).toEqual([]);
  });
});

describe("a task that is run again, or too early", () => {
  const of = (id: string) => ({ tenant: DEFAULT_TENANT, approvalId: id, correlationId: "c" });

  test("reminds nobody twice, and says when it is due", async () => {
    const node = await anApprovalNode();
    const { id } = await node.open({ terms: LADDER });
    const due = addSeconds(node.time.clock.now(), 15 * 60);
    expect(await remindApproval(node.deps(), of(id))).toEqual({ ok: true, value: { step: "remind", at: due } });
    expect(await node.shown(id)).toMatchObject({ reminders: 0 });
    node.time.advance(15 * 60);
    await remindersAre(node, id, 1);
    for (let times = 0; times < 3; times++) await remindApproval(node.deps(), of(id));
    expect(await node.shown(id)).toMatchObject({ reminders: 1 });
  });

  test("expires nothing before its time, nor what was decided", async () => {
    const node = await anApprovalNode();
    const [open, decided] = [await node.open({ serial: 1 }), await node.open({ serial: 2 })];
    const early = await expireApproval(node.deps(), of(open.id));
    expect(early).toEqual({ ok: true, value: { step: "expire", at: addSeconds(node.time.clock.now(), 72 * 3600) } });
    await node.as("ann").post(`/v1/approvals/${decided.id}/decisions`, APPROVE);
    node.time.advance(73 * 3600);
    expect(await expireApproval(node.deps(), of(decided.id))).toEqual({ ok: true, value: { step: "end" } });
    expect(await node.shown(decided.id)).toMatchObject({ state: "approved" });
    const why = { by: "respond", reason: "no room in time" };
    expect(await expireUnexecuted(node.deps(), { ...of(decided.id), ...why })).toMatchObject({
      value: { state: "expired" },
    });
    expect(await markExecuted(node.deps(), { ...of(decided.id), ...why })).toMatchObject({
      error: { code: "approval.refused" },
    });
  });

  test("marks as carried out what was approved, once, and nothing else", async () => {
    const node = await anApprovalNode();
    const { id } = await node.open();
    const done = { ...of(id), by: "respond", reason: "applied and verified" };
    expect(await markExecuted(node.deps(), done)).toMatchObject({ error: { code: "approval.refused" } });
    expect(await expireUnexecuted(node.deps(), done)).toMatchObject({ error: { code: "approval.refused" } });
    await node.as("ann").post(`/v1/approvals/${id}/decisions`, APPROVE);
    for (let times = 0; times < 2; times++) {
      expect(await markExecuted(node.deps(), done)).toMatchObject({ value: { state: "executed" } });
    }
    expect((await recordsOf(node, id)).filter((did) => did === "executed")).toHaveLength(1);
  });
});
