import { expect, test } from "vitest";
import { z } from "zod";
import { type ApprovalNode, anApprovalNode, hiddenIn, served } from "../support/approval-node.ts";
import { ephor } from "../support/ephor-cli.ts";

const page = async (node: ApprovalNode, path: string, cookie: string) => {
  const answer = await node.send("GET", path, { headers: { cookie } });
  return { status: answer.status, text: await answer.text() };
};
const decide = async (
  node: ApprovalNode,
  { id, cookie, form }: { id: string; cookie: string; form: Record<string, string> },
) => (await node.send("POST", `/approvals/${id}/decisions`, { headers: { cookie }, form })).status;

test("the list shows what waits, and anything else on request", async () => {
  const node = await anApprovalNode();
  const cookie = await node.cookieOf("ann");
  expect((await page(node, "/approvals", cookie)).text).toContain("Nothing waits for a decision");
  const { id } = await node.open();
  const waiting = (await page(node, "/approvals", cookie)).text;
  expect(waiting).toContain(`href="/approvals/${id}"`);
  expect(waiting).toContain("0 of 1");
  await node.cancel(id);
  expect((await page(node, "/approvals", cookie)).text).not.toContain(id);
  expect((await page(node, "/approvals?state=cancelled", cookie)).text).toContain(id);
  expect((await page(node, "/approvals?state=all", cookie)).text).toContain(id);
  expect((await page(node, "/approvals?state=approved", cookie)).text).toContain("There are none");
});

test("somebody who is asked and signed in decides on the page, as themselves", async () => {
  const node = await anApprovalNode();
  const { id } = await node.open();
  const cookie = await node.cookieOf("ann");
  const { text } = await page(node, `/approvals/${id}`, cookie);
  const form = { decision: "reject", reason: "wanted" };
  expect(await decide(node, { id, cookie, form })).toBe(403);
  expect(await decide(node, { id, cookie, form: { ...form, csrf: hiddenIn(text, "csrf") } })).toBe(303);
  expect(await node.shown(id)).toMatchObject({
    state: "rejected",
    decisions: [{ person: "ann", via: "api", reason: "wanted" }],
  });
  expect((await page(node, `/approvals/${id}`, cookie)).text).toContain("You rejected this");
});

test("a high risk takes the resource's name on the page too", async () => {
  const node = await anApprovalNode();
  const { id } = await node.open({ terms: { risk: "high" } });
  const cookie = await node.cookieOf("ann");
  const csrf = hiddenIn((await page(node, `/approvals/${id}`, cookie)).text, "csrf");
  expect(await decide(node, { id, cookie, form: { csrf, decision: "approve" } })).toBe(403);
  expect(await decide(node, { id, cookie, form: { csrf, decision: "approve", typed: "wrong" } })).toBe(403);
  expect(await node.shown(id)).toMatchObject({ decisions: [] });
  expect(await decide(node, { id, cookie, form: { csrf, decision: "approve", typed: "web" } })).toBe(303);
});

test("the form says what each answer leads to, also where only a review is asked for", async () => {
  const node = await anApprovalNode();
  const cookie = await node.cookieOf("ann");
  const { id, subject } = await node.open();
  const { text } = await page(node, `/approvals/${id}`, cookie);
  expect(text).toContain("Nothing is changed, and the finding stays open.");
  if (subject.kind !== "plan") throw new Error("no plan was asked for");
  const review = await node.open({ subject: { ...subject, kind: "review" } });
  const reviewed = (await page(node, `/approvals/${review.id}`, cookie)).text;
  expect(reviewed).toContain(`npx ephor findings rollback ${subject.findingId} --reason TEXT`);
});

test("who is not asked sees who is, and no form", async () => {
  const node = await anApprovalNode();
  const { id } = await node.open();
  for (const [person, role, words] of [
    ["fay", "approver", "You are not among them"],
    ["mallory", "approver", "You are not among them"],
    ["ann", "viewer", "sign in as one of them with the role approver"],
  ] as const) {
    const { text } = await page(node, `/approvals/${id}`, await node.cookieOf(person, role));
    expect(text).toContain(words);
    expect(text).toContain("Ann Example, Bob Example, Cid Example");
    expect(text).not.toContain('class="decide"');
  }
});

test("approvals are listed, shown and decided from the command line, by the person whose token it is", async () => {
  const node = await anApprovalNode();
  const { id } = await node.open({ terms: { approvalsNeeded: 2 } });
  const url = await served(node);
  const admin = { EPHOR_URL: url, EPHOR_TOKEN: await node.adminToken() };
  const secretOf = async (person: string) => {
    const made = await ephor(["token", "create", person, "--role", "approver", "--person", person], { env: admin });
    return z.object({ secret: z.string(), person: z.literal(person) }).parse(JSON.parse(made.stdout)).secret;
  };
  const as = (token: string) => ({ env: { EPHOR_URL: url, EPHOR_TOKEN: token } });
  const ann = as(await secretOf("ann"));
  const listed = await ephor(["approvals", "list", "--state", "pending"], ann);
  expect(JSON.parse(listed.stdout)).toMatchObject([{ id, approvalsNeeded: 2 }]);
  expect(JSON.parse((await ephor(["approvals", "show", id], ann)).stdout)).toMatchObject({
    id,
    plan: { diff: [{ path: "/ingress" }] },
  });
  expect((await ephor(["approvals", "approve", id], ann)).stderr).toContain("--reason TEXT is needed");
  const approved = await ephor(["approvals", "approve", id, "--reason", "a mistake"], ann);
  expect(JSON.parse(approved.stdout)).toMatchObject({ approvers: ["ann"], state: "pending" });
  const again = await ephor(["approvals", "reject", id, "--reason", "on second thoughts"], ann);
  expect(again).toMatchObject({ code: 2, stdout: "" });
  expect(again.stderr).toContain("ann has decided already: approve");
  const nobody = await ephor(["approvals", "approve", id, "--reason", "x"], { env: admin });
  expect(nobody).toMatchObject({ code: 2, stderr: expect.stringContaining("--person") });
  const rejected = await ephor(["approvals", "reject", id, "--reason", "wanted"], as(await secretOf("bob")));
  expect(JSON.parse(rejected.stdout)).toMatchObject({ state: "rejected" });
  const link = await ephor(["sign-in-link", "--role", "approver", "--person", "cid"], { env: admin });
  expect(JSON.parse(link.stdout).url).toContain("/sign-in/");
});
