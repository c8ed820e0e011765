import { addSeconds } from "@ephor/domain/time";
import { expect, test } from "vitest";
import { type ApprovalNode, anApprovalNode, hiddenIn, type Opened } from "../support/approval-node.ts";
import { aSubject } from "../support/approvals.ts";
import { until } from "../support/until.ts";
import { verifiedLog } from "../support/verified-log.ts";

const decide = (node: ApprovalNode, who: string, { id }: Pick<Opened, "id">, decision = "approve") =>
  node.as(who).post(`/v1/approvals/${id}/decisions`, { decision, reason: "seen" });

async function decideByLink(node: ApprovalNode, who: string, { id }: Opened): Promise<void> {
  const { path, code } = node.linkOf(who, id);
  const nonce = hiddenIn(await (await node.send("GET", path)).text(), "nonce");
  const form = { nonce, decision: "approve", typed: code, reason: "by link" };
  expect((await node.send("POST", path, { form })).status).toBe(303);
}

async function decideSignedIn(node: ApprovalNode, who: string, { id }: Opened): Promise<void> {
  const headers = { cookie: await node.cookieOf(who) };
  const page = await (await node.send("GET", `/approvals/${id}`, { headers })).text();
  const form = { csrf: hiddenIn(page, "csrf"), decision: "approve", reason: "signed in" };
  expect((await node.send("POST", `/approvals/${id}/decisions`, { headers, form })).status).toBe(303);
}

/** `ann` asks for an exception: the approval that its workflow opens. */
async function anAskedException(node: ApprovalNode): Promise<Pick<Opened, "id">> {
  const scope = { detection: "ec2.*", account: "111122223333" };
  const expiresAt = addSeconds(node.time.clock.now(), 86_400);
  const asked = { scope, reason: "a bastion", risk: "low", expiresAt };
  expect((await node.as("ann", "analyst").post("/v1/exceptions", asked)).status).toBe(201);
  return until("its approval", async () => {
    const { items } = (await node.as("bob").get("/v1/approvals")).body as { items: Opened[] };
    return items.find(({ subject }) => subject.kind === "exception");
  });
}

test("a log verifies with every decision of its people counted, however they were known and whatever became of it", async () => {
  const node = await anApprovalNode({ responsePolicy: { exceptions: { approvers: ["approvers"], approvalsMin: 1 } } });
  const three = await node.open({ terms: { approvalsNeeded: 3 } });
  await decide(node, "ann", three);
  await decideByLink(node, "bob", three);
  await decideSignedIn(node, "cid", three);
  const rejected = await node.open({ serial: 1 });
  await decide(node, "ann", rejected, "reject");
  const { findingId, generation, planHash } = await aSubject(node.store(), { serial: 2 });
  const review = await node.open({ subject: { kind: "review", findingId, generation, planHash }, requester: "bob" });
  await decide(node, "ann", review);
  await decide(node, "bob", await anAskedException(node));
  // Refused: none of these is a decision.
  expect((await decide(node, "ann", three, "reject")).status).toBe(409);
  expect((await decide(node, "mallory", await node.open({ serial: 3 }))).status).toBe(403);
  expect((await decide(node, "cid", review)).status).toBe(409);

  const numbers = (await node.recordsOf(three.id)).filter(({ leaf }) => leaf["did"] === "decided");
  expect(numbers.map(({ leaf }) => [leaf["decision_number"], leaf["auth_method"]])).toEqual([
    [1, "token"],
    [2, "link"],
    [3, undefined],
  ]);
  expect(await node.shown(three.id)).toMatchObject({ state: "approved" });
  expect(await verifiedLog(node)).toMatchObject({ ok: true, decisions: 6, unsigned: 0 });
});
