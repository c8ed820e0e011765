import { createHash } from "node:crypto";
import { encode } from "@ephor/app/items";
import { exceptionKey, responseKey } from "@ephor/app/keys";
import type { Exception } from "@ephor/domain/exception";
import { exceptionIdOf } from "@ephor/domain/ids";
import { isDecisionSigned } from "@ephor/domain/ledger/decision-statement";
import type { Response as StoredResponse } from "@ephor/domain/response";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { addSeconds } from "@ephor/domain/time";
import { describe, expect, test } from "vitest";
import { anApprovalNode, TASK_TOKEN } from "../support/approval-node.ts";
import { PEOPLE } from "../support/approvals.ts";

const APPROVE = { decision: "approve", reason: "opened by mistake" };
const REJECT = { decision: "reject", reason: "wanted" };
const pathOf = (id: string) => `/v1/approvals/${id}/decisions`;

describe("an approval by the API", () => {
  test("is shown with the plan's diff, and nowhere with the token of the execution that waits", async () => {
    const node = await anApprovalNode();
    const { id } = await node.open();
    const { status, body } = await node.as("ann", "viewer").get(`/v1/approvals/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ id, state: "pending", risk: "medium", approvalsNeeded: 1, groups: ["approvers"], requester: "policy 1" },
      asked: ["ann", "bob", "cid"],
      plan: { diff: [{ path: "/ingress", after: [] }], calls: [{ operation: "RevokeSecurityGroupIngress" }] },
      finding: { severity: "high" },
    });
    expect(body.why).toContain("internet");
    const listed = await node.as("ann", "viewer").get("/v1/approvals?state=pending");
    expect(listed.body.items).toMatchObject([{ id }]);
    const decided = await node.as("ann").post(pathOf(id), APPROVE);
    for (const answer of [body, listed.body, decided.body]) expect(JSON.stringify(answer)).not.toContain(TASK_TOKEN);
  });

  test("is listed by state, page by page", async () => {
    const node = await anApprovalNode();
    const ids = [];
    for (const serial of [1, 2, 3]) ids.push((await node.open({ serial })).id);
    await node.as("ann").post(pathOf(ids[0] ?? ""), REJECT);
    const { get } = node.as("ann", "viewer");
    const idsOf = (body: { items: { id: string }[] }) => body.items.map(({ id }) => id);
    expect(idsOf((await get("/v1/approvals?state=rejected")).body)).toEqual([ids[0]]);
    const first = (await get("/v1/approvals?state=pending&limit=1")).body;
    const second = (await get(`/v1/approvals?state=pending&limit=1&cursor=${encodeURIComponent(first.cursor)}`)).body;
    expect(new Set([...idsOf(first), ...idsOf(second)])).toEqual(new Set(ids.slice(1)));
    expect((await get("/v1/approvals?state=open")).status).toBe(400);
  });

  test("takes as many distinct people as it asks for, and says so on the finding's timeline", async () => {
    const node = await anApprovalNode();
    const { id, subject } = await node.open({ terms: { approvalsNeeded: 2 } });
    expect((await node.as("ann").post(pathOf(id), APPROVE)).body).toMatchObject({
      state: "pending",
      approvers: ["ann"],
    });
    expect((await node.as("ann").post(pathOf(id), APPROVE)).body).toMatchObject({
      state: "pending",
      approvers: ["ann"],
    });
    expect((await node.as("bob").post(pathOf(id), APPROVE)).body).toMatchObject({
      state: "approved",
      approvers: ["ann", "bob"],
    });
    const { timeline } = await node.finding(subject.kind === "plan" ? subject.findingId : "");
    expect(timeline.map(({ kind }) => kind).filter((kind) => kind.startsWith("approval."))).toEqual([
      "approval.opened",
      "approval.decided",
      "approval.decided",
      "approval.ended",
    ]);
  });

  test.each([
    ["who asked for it", "bob", 403, "approval.not-eligible", "whoever asks for it"],
    ["whose action caused the finding", "mallory", 403, "approval.not-eligible", "whoever caused it"],
    ["who is in no group that decides", "fay", 403, "approval.not-eligible", "only members of approvers"],
  ])("is not decided by a person %s, which the ledger keeps", async (_, person, status, code, words) => {
    const node = await anApprovalNode();
    const { id } = await node.open({ requester: "bob" });
    const answer = await node.as(person).post(pathOf(id), APPROVE);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.body.detail).toContain(words);
    expect(await node.shown(id)).toMatchObject({ state: "pending", decisions: [] });
    const refusals = (await node.recordsOf(id)).filter(({ leaf }) => leaf["did"] === "refused");
    expect(refusals).toMatchObject([
      { leaf: { error: { code }, decision: "approve" }, sealed: { who: { value: person } } },
    ]);
    expect(JSON.stringify(refusals[0]?.leaf)).not.toContain(person);
  });

  test("is not decided by a token of nobody, nor by a person below the role", async () => {
    const node = await anApprovalNode();
    const { id } = await node.open();
    const headers = { authorization: `Bearer ${await node.adminToken()}` };
    const machine = await node.send("POST", pathOf(id), { headers, json: APPROVE });
    expect(machine.status).toBe(403);
    expect(await machine.json()).toMatchObject({ code: "auth.forbidden", detail: expect.stringContaining("--person") });
    expect((await node.as("ann", "analyst").post(pathOf(id), APPROVE)).status).toBe(403);
    expect((await node.send("POST", pathOf(id), { json: APPROVE })).status).toBe(401);
    expect(await node.shown(id)).toMatchObject({ decisions: [] });
  });

  test("is refused with the reason once it has ended, expired, or its plan has changed", async () => {
    const node = await anApprovalNode();
    const [cancelled, late, changed, other] = [
      await node.open({ serial: 1 }),
      await node.open({ serial: 2, terms: { expiresHours: 1 } }),
      await node.open({ serial: 3 }),
      await node.open({ serial: 4, terms: { approvalsNeeded: 2 } }),
    ];
    await node.cancel(cancelled.id);
    const { subject } = changed;
    if (subject.kind !== "plan") throw new Error("not of a plan");
    const response: StoredResponse = {
      ...{ generation: 1, state: "awaiting-approval", end: null, detail: "", planHash: "b".repeat(64), terms: null },
      ...{ approvalId: null, startedAt: node.time.clock.now(), endedAt: null, executionId: "run", forcedBy: null },
    };
    const item = { ...responseKey(DEFAULT_TENANT, subject), ...encode("response", response) };
    await node.store().transact([{ kind: "put", item, when: { kind: "any" } }]);
    await node.as("ann").post(pathOf(other.id), APPROVE);
    const refused = async (id: string, body: object) => {
      const answer = await node.as("ann").post(pathOf(id), body);
      expect(answer).toMatchObject({ status: 409, body: { code: "approval.refused" } });
      return answer.body.detail;
    };
    expect(await refused(cancelled.id, APPROVE)).toContain("it is cancelled");
    expect(await refused(changed.id, APPROVE)).toContain("the plan has changed since");
    expect(await refused(other.id, REJECT)).toContain("has decided already: approve");
    node.time.advance(3600);
    expect(await refused(late.id, APPROVE)).toContain("expired at");
  });

  test("of another tenant or of nobody is not there", async () => {
    const node = await anApprovalNode();
    const { id } = await node.open();
    const admin = { authorization: `Bearer ${await node.adminToken()}` };
    const json = { name: "x", role: "admin", tenant: "acme", person: "ann" };
    const made = (await (await node.send("POST", "/v1/tokens", { headers: admin, json })).json()) as { secret: string };
    const headers = { authorization: `Bearer ${made.secret}` };
    for (const [method, path, body] of [
      ["GET", `/v1/approvals/${id}`, undefined],
      ["POST", pathOf(id), APPROVE],
      ["GET", `/approvals/${id}`, undefined],
    ] as const) {
      const answer = await node.send(method, path, { headers, ...(body === undefined ? {} : { json: body }) });
      expect(answer.status, path).toBe(404);
      expect(await answer.text()).not.toContain("sg-");
    }
    const listed = await node.send("GET", "/v1/approvals", { headers });
    expect(await listed.json()).toEqual({ items: [], cursor: null });
    expect((await node.as("ann").post(pathOf(`apr_${"0".repeat(26)}`), APPROVE)).status).toBe(404);
  });

  test.each([
    ["no reason", { decision: "approve" }, "/reason"],
    ["an empty reason", { decision: "approve", reason: "  " }, "/reason"],
    ["a long reason", { decision: "approve", reason: "x".repeat(2001) }, "/reason"],
    ["another word", { decision: "maybe", reason: "r" }, "/decision"],
    ["a further field", { ...APPROVE, person: "bob" }, "/"],
  ])("is not decided with %s", async (_, body, path) => {
    const node = await anApprovalNode();
    const { id } = await node.open();
    const answer = await node.as("ann").post(pathOf(id), body);
    expect(answer).toMatchObject({ status: 400, body: { code: "input.invalid", errors: [{ path }] } });
    expect(await node.shown(id)).toMatchObject({ decisions: [] });
  });

  test("decided by many at once over HTTP counts each of them once", async () => {
    const people = Array.from({ length: 24 }, (_, at) => ({
      ...PEOPLE.people[0],
      id: `p${at}`,
      email: `p${at}@example.org`,
    }));
    const node = await anApprovalNode({ people, groups: { approvers: people.map(({ id }) => id) } });
    const { id } = await node.open({ terms: { approvalsNeeded: 24 } });
    const answers = await Promise.all(
      people.map(async (one) => (await node.as(one.id).post(pathOf(id), APPROVE)).status),
    );
    expect(new Set(answers)).toEqual(new Set([200]));
    const { body } = await node.as("p0").get(`/v1/approvals/${id}`);
    expect(body).toMatchObject({ state: "approved" });
    expect(body.approvers).toHaveLength(24);
  });

  test("does not count a person who is not in the group any more", async () => {
    const node = await anApprovalNode();
    const { id } = await node.open({ terms: { approvalsNeeded: 2 } });
    await node.as("ann").post(pathOf(id), APPROVE);
    const bob = node.as("bob");
    await bob.get("/v1/approvals");
    await node.restart({ ...PEOPLE, groups: { ...PEOPLE.groups, approvers: ["bob", "cid"] } });
    expect((await bob.post(pathOf(id), APPROVE)).body).toMatchObject({ state: "pending", approvers: ["bob"] });
  });

  test("of an exception is decided on like that of a plan", async () => {
    const node = await anApprovalNode();
    const now = node.time.clock.now();
    const exceptionId = exceptionIdOf(2026, 1);
    const exception: Exception = {
      ...{ id: exceptionId, tenant: DEFAULT_TENANT, scope: { detection: "ec2.*", account: "111122223333" } },
      ...{ reason: "a bastion", risk: "low", requester: "ann", state: "requested", requestedAt: now },
      ...{ expiresAt: addSeconds(now, 86_400), approvalId: null, approvedBy: [], endedAt: null, endedBy: null },
      correlationId: "c",
    };
    const item = { ...exceptionKey(DEFAULT_TENANT, exceptionId), ...encode("exception", exception) };
    await node.store().transact([{ kind: "put", item, when: { kind: "any" } }]);
    const { id } = await node.open({ subject: { kind: "exception", exceptionId }, requester: "ann" });
    expect((await node.as("ann").post(pathOf(id), APPROVE)).status).toBe(403);
    expect((await node.as("bob").post(pathOf(id), APPROVE)).body).toMatchObject({
      ...{ state: "approved", exception: { id: exceptionId, reason: "a bastion" }, plan: null },
    });
  });
});

type SealedWho = { readonly who: { readonly salt: string } };

describe("the record of a decision", () => {
  test("is signed by the log's key over what was decided on, and names who decided under a salt alone", async () => {
    const node = await anApprovalNode();
    const { id, subject } = await node.open();
    await node.as("ann").post(pathOf(id), APPROVE);
    const record = (await node.recordsOf(id)).find(({ leaf }) => leaf["did"] === "decided");
    const leaf = record?.leaf ?? {};
    expect(leaf).toMatchObject({
      ...{ decision: "approve", status: "approved", status_before: "pending", plan_hash: "a".repeat(64) },
      ...{ auth_method: "token", who_type: "person", approvals_min: 1, risk_level: "medium" },
      parent: subject.kind === "plan" ? subject.findingId : "",
    });
    expect(record?.sealed).toMatchObject({ who: { value: "ann" }, reason: { value: "opened by mistake" } });
    expect(JSON.stringify(leaf)).not.toMatch(/ann|mistake/);
    const { who } = (record?.sealed ?? {}) as SealedWho;
    // As somebody who is told the name and the salt would work it out.
    const commitment = createHash("sha256").update(Buffer.from(who.salt, "base64url")).update('"ann"');
    const statement = {
      ...{ tenant: String(leaf["tenant"]), approvalId: String(leaf["this"]), about: String(leaf["plan_hash"]) },
      ...({ decision: "approve", at: String(leaf["time"]), number: 1, approvalsMin: 1, authMethod: "token" } as const),
      who: commitment.digest("base64url"),
    };
    const signed = { keyId: String(leaf["key_id"]), signature: String(leaf["signature"]), keys: node.verifierKeys() };
    expect(isDecisionSigned(statement, signed)).toBe(true);
    expect(isDecisionSigned({ ...statement, decision: "reject" }, signed)).toBe(false);
    expect(isDecisionSigned({ ...statement, number: 2 }, signed)).toBe(false);
    expect(isDecisionSigned({ ...statement, approvalsMin: 2 }, signed)).toBe(false);
    expect(isDecisionSigned({ ...statement, authMethod: "link" }, signed)).toBe(false);
    expect(isDecisionSigned({ ...statement, who: "b".repeat(43) }, signed)).toBe(false);
    expect(isDecisionSigned({ ...statement, about: "b".repeat(64) }, signed)).toBe(false);
  });
});

describe("opening an approval again", () => {
  test("opens no second one, and answers the newest token where it was decided meanwhile", async () => {
    const node = await anApprovalNode();
    const { id, subject } = await node.open();
    expect(await node.open({ subject })).toEqual({ id, subject });
    expect((await node.recordsOf(id)).map(({ leaf }) => leaf["did"])).toEqual(["opened"]);
    await node.as("ann").post(pathOf(id), APPROVE);
    expect((await node.open({ subject })).id).toBe(id);
    expect(await node.shown(id)).toMatchObject({ state: "approved" });
  });

  test.each([
    ["no group", { groups: [] }],
    ["no approval", { approvalsNeeded: 0 }],
    ["no time", { expiresHours: 0 }],
    ["more than 72 hours", { expiresHours: 73 }],
  ])("is refused under terms with %s", async (_, terms) => {
    const node = await anApprovalNode();
    await expect(node.open({ terms })).rejects.toThrow("expected terms");
  });
});

test("a token or link is made for people of the configuration alone", async () => {
  const node = await anApprovalNode();
  const headers = { authorization: `Bearer ${await node.adminToken()}` };
  for (const [path, rest] of [
    ["/v1/tokens", { name: "x" }],
    ["/v1/sign-in-links", { subject: "x" }],
  ] as const) {
    const answer = await node.send("POST", path, { headers, json: { ...rest, role: "approver", person: "nobody" } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ path: "/person" }] });
  }
});
