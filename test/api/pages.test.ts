import { err, ok } from "@ephor/domain/result";
import { timestamp } from "@ephor/domain/time";
import { describe, expect, test } from "vitest";
import { EXAMPLE_ID, FINDING } from "./memory-use-cases.ts";
import { aWorld, type World } from "./world.ts";

async function pageOf(world: World, path: string): Promise<string> {
  const answer = await world.send(path, { token: await world.tokenFor("analyst") });
  expect(answer.status).toBe(200);
  return answer.text();
}

describe("every page", () => {
  test.each(["/", "/findings", "/findings/fnd_0123456789abcdefghijklmnop"])(
    "%s shows text from events as text, and holds no script or inline style",
    async (path) => {
      const page = await pageOf(await aWorld(), path);
      expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
      expect(page).not.toMatch(/<script|<style|\sstyle=|\son\w+=|javascript:/i);
      expect(page).toContain('<html lang="en">');
      expect(page.match(/<h1/g)).toHaveLength(1);
    },
  );

  test.each(["/", "/findings"])("%s tells a stranger how to sign in, and nothing else", async (path) => {
    const world = await aWorld();
    const answer = await world.send(path);
    expect(answer.status).toBe(401);
    const page = await answer.text();
    expect(page).toContain("Sign in");
    expect(page).toContain("npx ephor sign-in-link --url http://127.0.0.1:4400<");
    expect(page).not.toMatch(/0\.1\.0|Overview|sg-1/);
  });
});

describe("the overview", () => {
  test("says how to send events while nothing has been found", async () => {
    const world = await aWorld();
    const full = world.useCases.status;
    world.useCases.status = async (of) => {
      const status = await full(of);
      if (!status.ok) return status;
      return ok({ ...status.value, findings: { ...status.value.findings, newest: [] } });
    };
    const page = await pageOf(world, "/");
    expect(page).toContain("Nothing found yet");
    expect(page).toContain("npx ephor events send events.json --url http://127.0.0.1:4400<");
    expect(page).toContain("http://127.0.0.1:4400/v1/events");
  });

  test("shows the state, the counts, the newest findings and the ledger", async () => {
    const page = await pageOf(await aWorld(), "/");
    for (const text of [">ready<", "1 d 1 h", "<strong>1</strong>", "/findings/fnd_", "2026-01-01 00:00:00 UTC"]) {
      expect(page).toContain(text);
    }
  });
});

describe("the findings page", () => {
  test("takes what its form sends: empty fields and plain days", async () => {
    const world = await aWorld();
    const page = await pageOf(world, "/findings?severity=high&status=&account=&since=2026-01-31&until=");
    expect(page).toContain("<option selected>high</option>");
    expect(page).toContain('value="2026-01-31"');
    expect(world.useCases.asked).toMatchObject([{ input: { severity: "high", since: "2026-01-31T00:00:00.000Z" } }]);
  });

  test("links to older findings with the same filters", async () => {
    const world = await aWorld();
    world.useCases.listFindings = async () => ok({ items: [], cursor: "c.next" });
    const page = await pageOf(world, "/findings?severity=high");
    expect(page).toContain('href="/findings?severity=high&amp;cursor=c.next"');
  });

  test("says in words what a wrong filter is", async () => {
    const world = await aWorld();
    const answer = await world.send("/findings?account=x", { token: await world.tokenFor("viewer") });
    expect(answer.status).toBe(400);
    const page = await answer.text();
    expect(page).toContain("<code>query.account</code> expected 12 digits");
    expect(page.match(/expected 12 digits/g)).toHaveLength(1);
    expect(page.match(/not as expected/g)).toHaveLength(1);
  });

  test("names the time by which it is sorted", async () => {
    const world = await aWorld();
    const line = { ...FINDING, lastSeenAt: timestamp(Date.UTC(2026, 5, 6)) };
    world.useCases.listFindings = async () => ok({ items: [line], cursor: null });
    const page = await pageOf(world, "/findings");
    expect(page).toContain('First seen <time datetime="2026-01-01T00:00:00.000Z">');
    expect(page).not.toContain("2026-06-06");
  });
});

describe("the page of a finding", () => {
  const path = "/findings/fnd_0123456789abcdefghijklmnop";

  test("says why it matters, right under its title", async () => {
    const page = await pageOf(await aWorld(), path);
    expect(page).toMatch(/<\/h1><\/div>\s*<p>The world may try &quot;root&quot; &amp; other names<\/p>/);
  });

  test("shows what would be done, field by field, who is asked, and what only the command line does", async () => {
    const page = await pageOf(await aWorld(), path);
    for (const text of [
      ...["What would be done", "Revoke tcp 22", "ec2:RevokeSecurityGroupIngress", "<code><bdi>/rules</bdi></code>"],
      ...[`href="/approvals/apr_${EXAMPLE_ID}"`, "Whether to apply it"],
      ...[`findings plan fnd_${EXAMPLE_ID}`, "findings break-glass", "exceptions request ec2.security-group-opened"],
    ]) {
      expect(page).toContain(text);
    }
    expect(page).not.toContain("findings rollback");
  });

  test.each([
    ["what was applied", { state: "ended", end: "resolved" }, "What was done<", true],
    ["what was taken back", { state: "ended", end: "rolled-back" }, "What was done, and taken back<", false],
    ["the answer of an earlier life", { state: "ended", end: "resolved", generation: 0 }, "in an earlier life", false],
  ] as const)("of %s says so, and offers the way back where there is one", async (_, changed, text, hasBack) => {
    const world = await aWorld();
    const full = world.useCases.showFinding;
    world.useCases.showFinding = async (of) => {
      const shown = await full(of);
      if (!shown.ok || shown.value.response === null) return shown;
      return ok({ ...shown.value, status: "resolved", response: { ...shown.value.response, ...changed } });
    };
    const page = await pageOf(world, path);
    expect(page).toContain(text);
    expect(page.includes("findings rollback")).toBe(hasBack);
    expect(page).not.toContain("break-glass");
  });

  test("says nothing in its place where the catalogue does not know the detection any more", async () => {
    const world = await aWorld();
    const full = world.useCases.showFinding;
    world.useCases.showFinding = async (of) => {
      const shown = await full(of);
      return shown.ok ? ok({ ...shown.value, why: null }) : shown;
    };
    const page = await pageOf(world, path);
    expect(page).not.toMatch(/The world may try|null|<p><\/p>/);
  });
});

test("a finding that is not there is a page that says so", async () => {
  const world = await aWorld();
  world.useCases.showFinding = async () => err({ code: "finding.not-found", message: "no such finding" });
  const path = "/findings/fnd_0123456789abcdefghijklmnop";
  const answer = await world.send(path, { token: await world.tokenFor("viewer") });
  expect(answer.status).toBe(404);
  expect(await answer.text()).toContain("No such finding.");
});

describe("an icon", () => {
  test("is there for whoever asks, and every page names it", async () => {
    const world = await aWorld();
    const answer = await world.send("/favicon.ico");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("image/svg+xml");
    expect(await pageOf(world, "/")).toContain('href="/favicon.ico"');
  });
});
