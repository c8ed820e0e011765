import { readDesk } from "@ephor/app/approval-desk";
import { approvalLinks } from "@ephor/app/approval-links";
import { approvalIdOf } from "@ephor/domain/ids";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { describe, expect, test } from "vitest";
import { type ApprovalNode, anApprovalNode, hiddenIn, type Opened, TASK_TOKEN } from "../support/approval-node.ts";
import { PEOPLE } from "../support/approvals.ts";

type Form = Record<string, string>;

async function aLink(more: Parameters<ApprovalNode["open"]>[0] = {}) {
  const node = await anApprovalNode();
  const opened = await node.open(more);
  return { node, ...opened, ...node.linkOf("ann", opened.id) };
}
const get = async (node: ApprovalNode, path: string, headers: Record<string, string> = {}) => {
  const answer = await node.send("GET", path, { headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
const post = async (node: ApprovalNode, path: string, form: Form, headers: Record<string, string> = {}) => {
  const answer = await node.send("POST", path, { form, headers });
  return { status: answer.status, location: answer.headers.get("location"), text: await answer.text() };
};
/** The form of a page that was just shown, filled in. */
const filled = async (node: ApprovalNode, path: string, form: Form) => ({
  nonce: hiddenIn((await get(node, path)).text, "nonce"),
  decision: "approve",
  ...form,
});
const recordsOf = async (node: ApprovalNode, { id }: Pick<Opened, "id">, did: string) =>
  (await node.recordsOf(id)).filter(({ leaf }) => leaf["did"] === did);
const other = (code: string): string => `${code.startsWith("2") ? "3" : "2"}${code.slice(1)}`;

describe("looking at a link", () => {
  test("changes nothing, however often, and is a ledger record once a day", async () => {
    const { node, id, path } = await aLink();
    const before = await node.shown(id);
    for (let times = 0; times < 20; times++) expect((await get(node, path)).status).toBe(200);
    expect((await node.send("HEAD", path)).status).toBe(200);
    expect(await node.shown(id)).toEqual(before);
    const seen = await recordsOf(node, { id }, "viewed");
    expect(seen).toMatchObject([{ leaf: { auth_method: "link" }, sealed: { who: { value: "ann" } } }]);
    node.time.advance(86_400);
    await get(node, path);
    expect(await recordsOf(node, { id }, "viewed")).toHaveLength(2);
  });

  test("shows what, where, who asks, why, the diff, the risk, the way back, until when, and who has decided", async () => {
    const { node, id, path } = await aLink({ terms: { approvalsNeeded: 2 } });
    await node.as("bob").post(`/v1/approvals/${id}/decisions`, { decision: "approve", reason: "I opened it" });
    const { text } = await get(node, path);
    for (const words of [
      ...["Revoke ingress from anywhere", "AWS::EC2::SecurityGroup", "111122223333", "eu-central-1", "policy 1"],
      ...["medium risk", "Instances with this group lose ssh", "Taken back on request", "/ingress", "0.0.0.0/0"],
      ...[
        "2026-03-04 12:00:00 UTC",
        "Bob Example",
        "I opened it",
        "1 of 2 approvals",
        "ec2:RevokeSecurityGroupIngress",
      ],
    ]) {
      expect(text, words).toContain(words);
    }
  });

  test("runs and loads nothing, is kept nowhere, and says nothing of the code, the token or other links", async () => {
    const { node, path, code, token } = await aLink();
    const { headers, text } = await get(node, path);
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'/);
    expect(headers.get("content-security-policy")).not.toMatch(/script-src|unsafe/);
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(text).not.toMatch(/<script|javascript:|onclick|http-equiv/i);
    expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(text).not.toContain(code);
    expect(text).not.toContain(TASK_TOKEN);
    expect(text.split(token)).toHaveLength(2);
    expect(text).toContain(`action="/approve/${token}"`);
  });

  test("leaves the route in the access log, never the token", async () => {
    const { node, path, token } = await aLink();
    await get(node, path);
    await post(node, path, {});
    const lines = node.lines.filter(({ event }) => event === "http.request").slice(-2);
    expect(lines.map(({ fields }) => fields["route"])).toEqual(["/approve/{token}", "/approve/{token}"]);
    expect(JSON.stringify(node.lines)).not.toContain(token.slice(0, 60));
  });
});

describe("deciding by a link", () => {
  test("takes the page's nonce and the code of the message, and counts once", async () => {
    const { node, id, path, code } = await aLink();
    const form = await filled(node, path, { typed: ` ${code.toLowerCase()} `, reason: "as agreed" });
    const done = await post(node, path, form);
    expect(done).toMatchObject({ status: 303, location: path });
    expect(await node.shown(id)).toMatchObject({
      state: "approved",
      decisions: [{ person: "ann", via: "link", reason: "as agreed" }],
    });
    expect((await post(node, path, form)).status).toBe(303);
    expect((await get(node, path)).text).toContain("You approved this");
    const decided = await recordsOf(node, { id }, "decided");
    expect(decided).toMatchObject([{ leaf: { auth_method: "link" }, sealed: { source_ip: { value: "192.0.2.7" } } }]);
  });

  test("with the other word afterwards is refused, and the page says what stands", async () => {
    const { node, id, path, code } = await aLink({ terms: { approvalsNeeded: 2 } });
    await post(node, path, await filled(node, path, { typed: code }));
    const nonce = node.links.nonceFor({ token: path.slice("/approve/".length), now: node.time.clock.now() });
    const changed = await post(node, path, { nonce, decision: "reject", typed: code });
    expect(changed.status).toBe(409);
    expect(changed.text).toContain("has decided already: approve");
    expect(await node.shown(id)).toMatchObject({ state: "pending", decisions: [{ decision: "approve" }] });
    expect((await get(node, path)).text).not.toContain('<form class="decide"');
  });

  test.each([
    ["nothing typed, as a scanner sends it", { typed: "" }, 403],
    ["the form without the field", {}, 403],
    ["a code that is not the message's", { typed: "wrong" }, 403],
    ["the name in place of the code", { typed: "web" }, 403],
    ["no word", { typed: "CODE", decision: "" }, 400],
    ["no nonce", { typed: "CODE", nonce: "" }, 409],
    ["a nonce of nobody's", { typed: "CODE", nonce: `1.${"A".repeat(43)}` }, 409],
  ])("with %s decides nothing", async (_, wrong: Form, status) => {
    const { node, id, path, code } = await aLink();
    const typed = wrong["typed"] === "CODE" ? { typed: code } : {};
    const answer = await post(node, path, await filled(node, path, { ...wrong, ...typed }));
    expect(answer.status).toBe(status);
    expect(await node.shown(id)).toMatchObject({ state: "pending", decisions: [] });
  });

  test("without choosing shows the page again and says so", async () => {
    const { node, id, path, code } = await aLink();
    const nonce = hiddenIn((await get(node, path)).text, "nonce");
    const answer = await post(node, path, { nonce, typed: code, reason: "because <b>" });
    expect(answer.text).toContain("Choose whether to approve or to reject");
    expect(answer.text, "what was typed is there still").toContain(">because &lt;b&gt;</textarea>");
    expect(await node.shown(id)).toMatchObject({ decisions: [] });
  });

  test("with the nonce of another link, or of a page of yesterday, decides nothing", async () => {
    const { node, id, path, code } = await aLink();
    const bob = node.linkOf("bob", id);
    const foreign = hiddenIn((await get(node, bob.path)).text, "nonce");
    expect((await post(node, path, { nonce: foreign, decision: "approve", typed: code })).status).toBe(409);
    const form = await filled(node, path, { typed: code });
    node.time.advance(12 * 3600);
    const late = await post(node, path, form);
    expect(late.status).toBe(409);
    expect(late.text).toContain("this page was open too long".slice(1));
    expect(await node.shown(id)).toMatchObject({ decisions: [] });
    expect(await recordsOf(node, { id }, "refused")).toHaveLength(2);
  });

  test("of high risk takes the name of the resource, and the code does not do", async () => {
    const { node, id, path, code } = await aLink({ terms: { risk: "high" } });
    const page = (await get(node, path)).text;
    expect(page).toContain("Type the name of what would be changed");
    expect((await post(node, path, await filled(node, path, { typed: code }))).status).toBe(403);
    expect((await post(node, path, await filled(node, path, { typed: "WEB" }))).status).toBe(403);
    expect(await node.shown(id)).toMatchObject({ decisions: [] });
    expect((await post(node, path, await filled(node, path, { typed: " web " }))).status).toBe(303);
    expect(await node.shown(id)).toMatchObject({ state: "approved" });
  });

  test("from another site's form is refused", async () => {
    const { node, id, path, code } = await aLink();
    const form = await filled(node, path, { typed: code });
    const answer = await post(node, path, form, { "sec-fetch-site": "cross-site" });
    expect(answer.status).toBe(403);
    expect(await node.shown(id)).toMatchObject({ decisions: [] });
  });
});

describe("trying codes", () => {
  test("locks the link after five, for the right one too, and says whom to ask", async () => {
    const { node, id, path, code } = await aLink();
    for (const left of [4, 3, 2, 1]) {
      const answer = await post(node, path, await filled(node, path, { typed: other(code) }));
      expect(answer.text).toContain(left === 1 ? "1 try left" : `${left} tries left`);
    }
    const form = await filled(node, path, { typed: code });
    expect((await post(node, path, { ...form, typed: other(code) })).status).toBe(423);
    await node.restart();
    const locked = await post(node, path, form);
    expect(locked.status).toBe(423);
    expect(locked.text).toContain("an admin of this node");
    expect((await get(node, path)).status).toBe(423);
    expect(await node.shown(id)).toMatchObject({ state: "pending", decisions: [] });
    const refusals = await recordsOf(node, { id }, "refused");
    expect(refusals.filter(({ leaf }) => JSON.stringify(leaf).includes("approval.code-wrong"))).toHaveLength(5);
    // Somebody else's link is another one, and the locked person may still sign in.
    expect((await get(node, node.linkOf("bob", id).path)).status).toBe(200);
    expect(
      (await node.as("ann").post(`/v1/approvals/${id}/decisions`, { decision: "approve", reason: "r" })).status,
    ).toBe(200);
  });

  test("all at once gets no more tries than one after the other", async () => {
    const { node, id, path, code, token } = await aLink();
    const nonce = node.links.nonceFor({ token, now: node.time.clock.now() });
    const guesses = Array.from({ length: 40 }, (_, at) => (at === 39 ? code : other(code)));
    const answers = await Promise.all(guesses.map((typed) => post(node, path, { nonce, decision: "approve", typed })));
    expect(answers.filter(({ status }) => status === 303)).toEqual([]);
    expect(
      await readDesk({ store: node.store() }, { tenant: DEFAULT_TENANT, approvalId: id, person: "ann" }),
    ).toMatchObject({ wrongTries: 5 });
    expect(await node.shown(id)).toMatchObject({ decisions: [] });
  });

  test("a scanner that sends the form as it found it uses up none of them", async () => {
    const { node, path, code } = await aLink();
    for (let times = 0; times < 30; times++) await post(node, path, await filled(node, path, { typed: "" }));
    expect((await post(node, path, await filled(node, path, { typed: code }))).status).toBe(303);
  });

  test("leaves no more records than a few, however long it goes on", async () => {
    const { node, id, path } = await aLink();
    for (let times = 0; times < 30; times++) await post(node, path, await filled(node, path, { typed: "" }));
    expect((await recordsOf(node, { id }, "refused")).length).toBe(20);
  });
});

describe("a link that opens nothing", () => {
  test("looks the same whether it is forged, altered, another node's, or of an approval that is not there", async () => {
    const { node, id, token, path } = await aLink();
    const scope = { tenant: DEFAULT_TENANT, approvalId: id, person: "ann", expiresAt: node.time.clock.now() };
    const bad = [
      "x",
      token.slice(0, -1),
      `${token.slice(0, 9)}${token.charAt(9) === "A" ? "B" : "A"}${token.slice(10)}`,
      approvalLinks({ key: Buffer.alloc(32, 1) }).linkFor(scope).token,
      node.linkOf("ann", approvalIdOf(["unknown"])).token,
      "a".repeat(1000),
    ];
    const before = (await node.ledger().head(DEFAULT_TENANT)).size;
    const pages = await Promise.all(bad.map((one) => get(node, `/approve/${one}`)));
    expect(new Set(pages.map(({ text }) => text)).size).toBe(1);
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([404]));
    const posts = await Promise.all(
      bad.map((one) => post(node, `/approve/${one}`, { decision: "approve", typed: "x", nonce: "1.x" })),
    );
    expect(new Set(posts.map(({ text }) => text))).toEqual(new Set([pages[0]?.text]));
    expect(pages[0]?.text).not.toMatch(/web|sg-|Revoke/);
    expect((await node.ledger().head(DEFAULT_TENANT)).size).toBe(before);
    const headers = { authorization: `Bearer ${await node.adminToken()}` };
    expect((await get(node, "/metrics", headers)).text).toContain("ephor_forged_links_total 12");
    expect(node.lines.filter(({ event }) => event === "approval.link-forged")).toHaveLength(12);
    expect((await get(node, path)).status).toBe(200);
  });

  test("says when it expired, and nothing of what it was about", async () => {
    const { node, id, path, code } = await aLink();
    const form = await filled(node, path, { typed: code });
    node.time.advance(72 * 3600);
    const page = await get(node, path);
    expect(page.status).toBe(410);
    expect(page.text).toContain("This link has expired");
    expect(page.text).not.toMatch(/web|sg-|Revoke/);
    expect((await post(node, path, form)).status).toBe(410);
    expect(await recordsOf(node, { id }, "refused")).toMatchObject([{ leaf: { error: { code: "link.expired" } } }]);
  });

  test("is not for somebody else who is signed in, and the ledger keeps that they tried", async () => {
    const { node, id, path, code } = await aLink();
    const cookie = await node.cookieOf("bob");
    const page = await get(node, path, { cookie });
    expect(page.status).toBe(403);
    expect(page.text).toContain("somebody else");
    expect(page.text).not.toMatch(/web|sg-|Revoke/);
    const csrf = hiddenIn((await get(node, "/approvals", { cookie })).text, "csrf");
    const form = { ...(await filled(node, path, { typed: code })), csrf };
    expect((await post(node, path, form, { cookie })).status).toBe(403);
    expect(await node.shown(id)).toMatchObject({ decisions: [] });
    expect(await recordsOf(node, { id }, "refused")).toMatchObject([{ leaf: { error: { code: "link.foreign" } } }]);
  });

  test("is not for who was taken out of the group, and tells them nothing more", async () => {
    const { node, id, path, code } = await aLink();
    const form = await filled(node, path, { typed: code });
    await node.restart({ ...PEOPLE, groups: { ...PEOPLE.groups, approvers: ["bob", "cid"] } });
    const page = await get(node, path);
    expect(page.status).toBe(403);
    expect(page.text).not.toMatch(/web|sg-|Revoke/);
    expect((await post(node, path, form)).status).toBe(403);
    expect(await recordsOf(node, { id }, "decided")).toEqual([]);
  });

  test("decides nothing once the approval is cancelled, and says so", async () => {
    const { node, id, path, code } = await aLink();
    const form = await filled(node, path, { typed: code });
    await node.cancel(id);
    const answer = await post(node, path, form);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain("It is cancelled");
    const page = await get(node, path);
    expect(page.text).toContain("it is cancelled");
    expect(page.text).not.toContain('<form class="decide"');
  });
});

test("a person who is signed in decides by their own link, with the session's token in the form", async () => {
  const { node, id, path, code } = await aLink();
  const cookie = await node.cookieOf("ann");
  const page = (await get(node, path, { cookie })).text;
  const form = { nonce: hiddenIn(page, "nonce"), decision: "approve", typed: code };
  expect((await post(node, path, form, { cookie })).status).toBe(403);
  expect((await post(node, path, { ...form, csrf: hiddenIn(page, "csrf") }, { cookie })).status).toBe(303);
  expect(await node.shown(id)).toMatchObject({ state: "approved" });
});
