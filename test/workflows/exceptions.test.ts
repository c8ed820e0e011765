import { decode, encode } from "@ephor/app/items";
import { approvalKey } from "@ephor/app/keys";
import type { Approval } from "@ephor/domain/approval";
import type { ExceptionState } from "@ephor/domain/exception";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import type { HistoryEvent } from "@ephor/local/engine/history";
import { beforeEach, describe, expect, test } from "vitest";
import { stoppedLogging } from "../support/stopped-logging.ts";
import { until } from "../support/until.ts";
import { aWorld } from "./world.ts";

type World = Awaited<ReturnType<typeof aWorld>>;
const ACCOUNT = "111122223333";
const person = (id: string) => ({ id, name: id, email: `${id}@example.com`, roles: ["approver"] });
const CONFIG = {
  people: ["ann", "bo", "cy"].map(person),
  groups: { approvers: ["ann", "bo", "cy"] },
  responsePolicy: { version: 3, rules: [{ match: { detection: "cloudtrail.*" }, mode: "observe" }] },
};
const scope = { detection: "cloudtrail.logging-stopped", account: ACCOUNT };
const asked = (more: object = {}) => ({
  ...{ scope, reason: "maintenance of the trail", risk: "low", expiresAt: "2026-03-02T12:00:00.000Z" },
  ...more,
});

let world: World;
beforeEach(async () => {
  world = await aWorld(CONFIG);
});

const request = async (by = "ann", more: object = {}) => world.as(by, "analyst").post("/v1/exceptions", asked(more));
const stateOf = async (id: string): Promise<ExceptionState> =>
  (await world.as("ann", "viewer").get(`/v1/exceptions/${id}`)).body.state;
const becomes = (id: string, state: ExceptionState) =>
  until(`${id} ${state}`, async () => (await stateOf(id)) === state);
const approvalOf = (id: string) =>
  until(`an approval of ${id}`, async () => {
    const { body } = await world.as("bo").get("/v1/approvals");
    return (body.items as Approval[]).find(({ subject }) => subject.kind === "exception" && subject.exceptionId === id);
  });
async function decide(id: string, by: string, decision = "approve") {
  const approval = await approvalOf(id);
  return world.as(by).post(`/v1/approvals/${approval.id}/decisions`, { decision, reason: "looked at it" });
}
async function anActive(more: object = {}): Promise<string> {
  const { body } = await request("ann", more);
  await decide(body.id, "bo");
  await becomes(body.id, "active");
  return body.id;
}
const statusIs = (status: string) =>
  until(`a finding ${status}`, async () => (await world.findings()).some((finding) => finding.status === status));

describe("an exception", () => {
  test("has the year's next number, and mutes nothing until somebody else has approved it", async () => {
    await world.receive(stoppedLogging());
    const { status, body } = await request();
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { id: "EXC-2026-001", state: "requested", requester: "ann" },
    });
    expect((await decide(body.id, "ann")).body).toMatchObject({ code: "approval.not-eligible" });
    expect((await world.findings())[0]?.status).toBe("open");
    expect((await decide(body.id, "bo")).status).toBe(200);
    await becomes(body.id, "active");
    await statusIs("excepted");
    expect((await request()).body.id).toBe("EXC-2026-002");
  });

  test("asked for by many at once gives each a number of its own", async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => request()));
    const ids = all.map(({ body }) => body.id as string);
    expect(new Set(ids).size).toBe(12);
    expect(ids.toSorted().at(-1)).toBe("EXC-2026-012");
  });

  test("of high risk needs two people", async () => {
    const { body } = await request("ann", { risk: "high" });
    await decide(body.id, "bo");
    expect(await stateOf(body.id)).toBe("requested");
    await decide(body.id, "cy");
    await becomes(body.id, "active");
    expect((await world.as("ann", "viewer").get(`/v1/exceptions/${body.id}`)).body.approvedBy).toEqual(["bo", "cy"]);
  });

  test("that is rejected never mutes", async () => {
    const { body } = await request();
    await decide(body.id, "bo", "reject");
    await becomes(body.id, "rejected");
    await world.receive(stoppedLogging());
    expect((await world.findings())[0]?.status).toBe("open");
  });

  test.each([
    ["an end that is past", { expiresAt: "2026-02-01T00:00:00Z" }],
    ["an end more than a year away", { expiresAt: "2027-06-01T00:00:00Z" }],
    ["a scope of everything", { scope: { detection: "*" } }],
    ["a scope of everything in other words", { scope: { detection: "**.*", resource: "*" } }],
    ["a detection that there is none of", { scope: { ...scope, detection: "cloudtrail.loging-stopped" } }],
    ["a pattern that matches no detection", { scope: { ...scope, detection: "cloudtrial.*" } }],
    ["no reason", { reason: "  " }],
    ["a risk that is none", { risk: "tiny" }],
    ["an account that is none", { scope: { ...scope, account: "12" } }],
  ])("with %s is refused, and nothing is asked of anybody", async (_, more) => {
    const { status, body } = await request("ann", more);
    expect({ status, code: body.code }).toEqual({ status: 400, code: "input.invalid" });
    expect((await world.as("ann", "viewer").get("/v1/exceptions")).body.items).toEqual([]);
  });
});

test("a wrong detection is refused with the one that was meant", async () => {
  const { body } = await request("ann", { scope: { ...scope, detection: "cloudtrail.loging-stopped" } });
  expect(body.detail ?? body.message).toContain('did you mean "cloudtrail.logging-stopped"?');
});

describe("an execution that is never told what became of its approval", () => {
  const HOUR = 3600;
  const approvalAt = (id: string) => approvalKey(DEFAULT_TENANT, id);
  /** Changes the approval behind the node's back, its token first: so no answer ever reaches the execution. */
  async function unanswered(id: string, change: Partial<Approval> = {}): Promise<string> {
    const { id: approvalId } = await approvalOf(id);
    const item = await world.store().get(approvalAt(approvalId));
    if (item === undefined) throw new Error("no approval");
    const approval = { ...decode("approval", item), token: null, ...change };
    const when = { kind: "version", version: item.version } as const;
    await world.store().transact([{ kind: "put", item: { ...item, ...encode("approval", approval) }, when }]);
    return approvalId;
  }
  const stateOfApproval = async (approvalId: string) =>
    (await world.as("bo").get(`/v1/approvals/${approvalId}`)).body.state;
  /** How its execution ended, and the state in which. */
  async function endOf(): Promise<readonly string[]> {
    const line = await until("the end", async () =>
      (await world.executions("except")).find(({ status }) => status !== "RUNNING"),
    );
    const { body } = await world.as("bo").get(`/v1/executions/${line.id}`);
    const names = (body.history as HistoryEvent[]).flatMap(({ details }) => ("name" in details ? details.name : []));
    return [line.status, names.at(-1) ?? ""];
  }

  test("ends after the longest life of an approval, and the exception was never active", async () => {
    const { body } = await request("ann", { expiresAt: "2026-03-20T00:00:00Z" });
    const approvalId = await unanswered(body.id);
    world.time.advance(72 * HOUR);
    await until("the approval to expire", async () => (await stateOfApproval(approvalId)) === "expired");
    expect(await stateOf(body.id)).toBe("requested");
    world.time.advance(2 * HOUR);
    await becomes(body.id, "rejected");
    expect(await endOf()).toEqual(["SUCCEEDED", "Expired"]);
  });

  test("takes what was decided from the store", async () => {
    const { body } = await request("ann", { expiresAt: "2026-03-20T00:00:00Z" });
    await unanswered(body.id);
    await decide(body.id, "bo");
    world.time.advance(72 * HOUR);
    expect(await stateOf(body.id)).toBe("requested");
    world.time.advance(2 * HOUR);
    await becomes(body.id, "active");
    expect(await endOf()).toEqual(["SUCCEEDED", "Active"]);
  });

  test("asks nobody any more", async () => {
    const { body } = await request("ann", { expiresAt: "2026-03-20T00:00:00Z" });
    const approvalId = await unanswered(body.id, { expiresAt: timestamp(Date.UTC(2026, 2, 19)) });
    world.time.advance(74 * HOUR);
    await becomes(body.id, "rejected");
    expect(await stateOfApproval(approvalId)).toBe("cancelled");
    expect(await endOf()).toEqual(["SUCCEEDED", "Expired"]);
  });
});

test("a request that is revoked is not asked for any more", async () => {
  const { body } = await request();
  const approval = await approvalOf(body.id);
  await world.as("cy").post(`/v1/exceptions/${body.id}/revoke`, { reason: "asked for by mistake" });
  expect((await world.as("bo").get(`/v1/approvals/${approval.id}`)).body.state).toBe("cancelled");
  expect((await decide(body.id, "bo")).body).toMatchObject({ code: "approval.refused" });
});

describe("while it is active", () => {
  test("what it covers is recorded, excepted and not answered; what it does not cover is", async () => {
    const id = await anActive();
    await world.receive(stoppedLogging(), stoppedLogging({ recipientAccountId: "999999999999" }));
    const findings = await world.findings();
    const covered = findings.find(({ account }) => account === ACCOUNT);
    expect(covered).toMatchObject({ status: "excepted", occurrences: 1 });
    expect(findings.find(({ account }) => account !== ACCOUNT)?.status).toBe("open");
    const { timeline } = await world.finding(covered?.id ?? "");
    expect(timeline.map(({ kind }) => kind)).toContain("exception.used");
    expect((await world.as("ann", "viewer").get(`/v1/exceptions/${id}`)).body.findings).toEqual([covered?.id]);
  });

  test("further events are counted and leave the finding excepted", async () => {
    await anActive();
    await world.receive(stoppedLogging());
    await world.receive(stoppedLogging());
    expect(await world.findings()).toMatchObject([{ status: "excepted", occurrences: 2 }]);
  });
});

describe("at its end", () => {
  test("what ran out reopens its findings, and a later event is answered again", async () => {
    const id = await anActive();
    await world.receive(stoppedLogging());
    world.time.advance(25 * 3600);
    await becomes(id, "expired");
    await statusIs("reopened");
    expect((await world.finding((await world.findings())[0]?.id ?? "")).generation).toBe(2);
  });

  test("a revoked one reopens its findings at once", async () => {
    const id = await anActive();
    await world.receive(stoppedLogging());
    const { body } = await world.as("cy").post(`/v1/exceptions/${id}/revoke`, { reason: "done" });
    expect(body).toMatchObject({ state: "revoked", endedBy: "cy" });
    await statusIs("reopened");
    const shown = await world.as("ann", "viewer").get(`/v1/exceptions/${id}`);
    expect(shown.body).toMatchObject({ reason: "maintenance of the trail", endReason: "done" });
    const { timeline } = await world.finding((await world.findings())[0]?.id ?? "");
    expect(timeline.map(({ text }) => text)).toContain(`excepted -> reopened: exception ${id} is revoked: done`);
    await world.receive(stoppedLogging());
    expect(await world.findings()).toMatchObject([{ status: "reopened", occurrences: 2 }]);
    expect((await world.as("cy").post(`/v1/exceptions/${id}/revoke`, { reason: "again" })).status).toBe(200);
  });

  test("a finding that another exception covers stays excepted until that one ends", async () => {
    const [first, second] = [await anActive(), await anActive({ expiresAt: "2026-03-09T00:00:00Z" })];
    await world.receive(stoppedLogging());
    await world.as("cy").post(`/v1/exceptions/${first}/revoke`, { reason: "done" });
    await until("the run that follows", async () =>
      (await world.executions("cover")).every(({ status }) => status === "SUCCEEDED"),
    );
    expect((await world.findings())[0]?.status).toBe("excepted");
    await world.as("cy").post(`/v1/exceptions/${second}/revoke`, { reason: "done" });
    await statusIs("reopened");
  });

  test("every step stands in the ledger once", async () => {
    const id = await anActive();
    await world.as("cy").post(`/v1/exceptions/${id}/revoke`, { reason: "done" });
    const steps = (await world.records()).filter((record) => record.this === id).map(({ did }) => did);
    expect(steps).toEqual(["requested", "active", "revoked"]);
  });
});
