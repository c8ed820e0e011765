import type { Plan } from "@ephor/domain/plan";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anApprovalNode, served } from "../support/approval-node.ts";
import { aPage, executablePath, expectGoodPage, screenshot, startBrowser, WHY_NOT } from "./chromium.ts";

const WIDE = { viewport: { width: 1280, height: 900 } };
const LOOKS = [
  ["phone", "light", {}],
  ["phone", "dark", {}],
  ["desk", "light", WIDE],
] as const;

/** As much as a real plan shows: long names, several fields, code that owns the resource. */
const PLAN: Partial<Plan> = {
  owner: { tool: "Terraform", name: "platform-network-production-eu-central-1" },
  calls: [22, 3389].map((port) => ({
    ...({ service: "ec2", operation: "RevokeSecurityGroupIngress" } as const),
    ...{ says: `Revoke tcp ${port} from 0.0.0.0/0 and ::/0 on sg-0123456789abcdef0 (web)`, input: {} },
  })),
  diff: [
    {
      path: "/ingress",
      before: [22, 3389].map((from) => ({ protocol: "tcp", from, to: from, cidr: "0.0.0.0/0" })),
      after: [],
    },
    { path: "/tags/reviewed-by", after: "ephor" },
    {
      path: "/description",
      before: "a-name-without-any-space-that-is-much-longer-than-a-phone-is-wide-0123456789",
      after: "web",
    },
  ],
};

describe.skipIf(executablePath === undefined)("pages of approvals", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test.each(LOOKS)("of a link are good to read and accessible: %s, %s", async (screen, colorScheme, size) => {
    const node = await anApprovalNode();
    const url = await served(node);
    const medium = await node.open({
      terms: { approvalsNeeded: 2, because: ["the environment is not known"] },
      plan: PLAN,
    });
    await node
      .as("bob")
      .post(`/v1/approvals/${medium.id}/decisions`, { decision: "approve", reason: "I opened it by mistake" });
    const high = await node.open({ serial: 1, terms: { risk: "high", approvalsNeeded: 2 }, plan: PLAN });
    const gone = await node.open({ serial: 2 });
    await node.cancel(gone.id);
    const page = await aPage(browser, { ...size, colorScheme, javaScriptEnabled: true });
    const links = {
      medium: node.linkOf("ann", medium.id),
      high: node.linkOf("ann", high.id),
      cancelled: node.linkOf("ann", gone.id),
    };
    for (const [name, { path }] of Object.entries(links)) {
      await page.goto(`${url}${path}`);
      await expectGoodPage(page);
      await screenshot(page, `link-${name}-${screen}-${colorScheme}`);
    }
    await page.goto(`${url}/approve/nonsense`);
    await expectGoodPage(page);
    await screenshot(page, `link-invalid-${screen}-${colorScheme}`);
  });

  test.each(LOOKS)("for people who are signed in are, too: %s, %s", async (screen, colorScheme, size) => {
    const node = await anApprovalNode();
    const url = await served(node);
    const high = await node.open({ terms: { risk: "high", approvalsNeeded: 2 }, plan: PLAN });
    await node.open({ serial: 1, terms: { risk: "low" } });
    const [name = "", value = ""] = (await node.cookieOf("ann")).split("=");
    const page = await aPage(browser, { ...size, colorScheme, javaScriptEnabled: true });
    await page.context().addCookies([{ name, value, url }]);
    for (const [shot, path] of [
      ["list", "/approvals"],
      ["list-empty", "/approvals?state=rejected"],
      ["approval", `/approvals/${high.id}`],
    ] as const) {
      await page.goto(`${url}${path}`);
      await expectGoodPage(page);
      await screenshot(page, `${shot}-${screen}-${colorScheme}`);
    }
  });

  test("decide without JavaScript, by keyboard, and only with the code of the message", async () => {
    const node = await anApprovalNode();
    const url = await served(node);
    const { id } = await node.open({ plan: PLAN });
    const { path, code } = node.linkOf("ann", id);
    const page = await aPage(browser, { colorScheme: "dark" });
    await page.goto(`${url}${path}`);
    const send = page.getByRole("button", { name: "Send my decision" });
    await send.click();
    expect(await node.shown(id), "the browser asks for what is missing").toMatchObject({ decisions: [] });
    await page.getByLabel("Code from your message").fill("2222");
    await page.getByLabel("Code from your message").press("Enter");
    expect(await node.shown(id), "no key alone approves anything").toMatchObject({ decisions: [] });
    await page.getByLabel("Approve").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.type("as agreed");
    await page.keyboard.press("Tab");
    await page.keyboard.type(code.startsWith("2") ? "3333" : "2222");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("4 tries left");
    await screenshot(page, "link-wrong-code-phone-dark");
    await page.getByLabel("Approve").check();
    await page.getByLabel("Code from your message").fill(code.toLowerCase());
    await send.click();
    await page.getByRole("status").waitFor();
    expect(await page.getByRole("status").textContent()).toContain("You approved this");
    expect(new URL(page.url()).pathname).toBe(path);
    await screenshot(page, "link-decided-phone-dark");
    expect(await node.shown(id)).toMatchObject({ state: "approved", decisions: [{ person: "ann", via: "link" }] });
  });

  test("say that a link is locked, and whom to ask", async () => {
    const node = await anApprovalNode();
    const url = await served(node);
    const { id } = await node.open();
    const { path, token } = node.linkOf("ann", id);
    const nonce = node.links.nonceFor({ token, now: node.time.clock.now() });
    for (let times = 0; times < 5; times++)
      await node.send("POST", path, { form: { nonce, decision: "approve", typed: "wrong" } });
    const page = await aPage(browser, { javaScriptEnabled: true });
    await page.goto(`${url}${path}`);
    await expectGoodPage(page);
    await screenshot(page, "link-locked-phone-light");
  });
});

test.runIf(executablePath === undefined)("pages of approvals were not looked at", ({ skip }) => skip(WHY_NOT));
