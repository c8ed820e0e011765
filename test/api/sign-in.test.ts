import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ACME, aWorld, type World } from "./world.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const FINDING = "/findings/fnd_0123456789abcdefghijklmnop";

async function linkFor(world: World, role: "viewer" | "analyst" = "analyst"): Promise<string> {
  const named = { tenant: ACME, role, subject: "person:alice" };
  const { text } = await world.deps.sessions.createLink({ ...named, createdBy: "test", correlationId: "test" });
  return `/sign-in/${text}`;
}

async function signIn(world: World, path: string): Promise<{ cookie: string; setCookie: string; csrf: string }> {
  const answer = await world.send(path, { method: "POST" });
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe("/");
  const setCookie = answer.headers.get("set-cookie") ?? "";
  const cookie = setCookie.split(";")[0] ?? "";
  const home = await (await world.send("/", { headers: { cookie } })).text();
  return { cookie, setCookie, csrf: /name="csrf" value="([^"]+)"/.exec(home)?.[1] ?? "" };
}

const statusOf = async (world: World, cookie: string): Promise<number> =>
  (await world.send("/v1/findings", { headers: { cookie } })).status;

describe("a sign-in link", () => {
  test("only shows a button on GET, however often, and signs in once on POST", async () => {
    const world = await aWorld();
    const path = await linkFor(world);
    for (let i = 0; i < 3; i++) {
      const page = await world.send(path);
      expect(page.status).toBe(200);
      expect(page.headers.get("set-cookie")).toBeNull();
    }
    const { cookie } = await signIn(world, path);
    expect(await statusOf(world, cookie)).toBe(200);
    expect((await world.send(path, { method: "POST" })).status).toBe(401);
    expect((await world.send(path)).status).toBe(401);
  });

  test("followed twice at once, signs in once", async () => {
    const world = await aWorld();
    const path = await linkFor(world);
    const answers = await Promise.all([1, 2, 3].map(() => world.send(path, { method: "POST" })));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 401, 401]);
  });

  test("ends after a day", async () => {
    const world = await aWorld();
    const path = await linkFor(world);
    world.passSeconds(24 * 3600);
    expect((await world.send(path, { method: "POST" })).status).toBe(401);
  });

  test("does nothing when another site sends the browser there", async () => {
    const world = await aWorld();
    const path = await linkFor(world);
    const forced = await world.send(path, { method: "POST", headers: { "sec-fetch-site": "cross-site" } });
    expect(forced.status).toBe(403);
    expect((await world.send(path)).status).toBe(200);
  });

  test("is made by an admin for a person, with that person's role", async () => {
    const world = await aWorld();
    const answer = await world.send("/v1/sign-in-links", {
      method: "POST",
      token: await world.tokenFor("admin"),
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ role: "viewer", subject: "bob" }),
    });
    const { url } = z.object({ url: z.string() }).parse(await answer.json());
    const { cookie, csrf } = await signIn(world, new URL(url).pathname);
    const page = await (await world.send("/", { headers: { cookie } })).text();
    expect(page).toContain("person:bob");
    const refused = await world.send(`${FINDING}/transitions`, {
      method: "POST",
      headers: { ...FORM, cookie },
      body: `csrf=${csrf}&to=resolved&reason=x`,
    });
    expect(refused.status).toBe(403);
  });
});

describe("a session", () => {
  test("is offered just the decisions that its role and the finding allow", async () => {
    const world = await aWorld();
    const pageFor = async (role: "viewer" | "analyst") => {
      const { cookie } = await signIn(world, await linkFor(world, role));
      return (await world.send(FINDING, { headers: { cookie } })).text();
    };
    const form = `action="${FINDING}/transitions"`;
    expect(await pageFor("viewer")).not.toContain(form);
    const page = await pageFor("analyst");
    expect(page).toContain(form);
    // From open, a person may only resolve (domain/finding-status).
    expect(page.match(/<option>[a-z-]+<\/option>/g)).toEqual(["<option>resolved</option>"]);
  });

  test("is a cookie that scripts cannot read and other sites cannot use", async () => {
    const plain = await aWorld();
    const { setCookie } = await signIn(plain, await linkFor(plain));
    expect(setCookie).toMatch(/^ephor-session=ses_.+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/);
    const secure = await aWorld({ publicUrl: "https://ephor.example" });
    const answer = await secure.send(await linkFor(secure), { method: "POST" });
    expect(answer.headers.get("set-cookie")).toMatch(/^__Host-ephor-session=.*; HttpOnly; SameSite=Lax; Secure$/);
    expect(answer.headers.get("strict-transport-security")).not.toBeNull();
  });

  test("keeps its way on and its way out on pages that say no", async () => {
    const world = await aWorld();
    const { cookie, csrf } = await signIn(world, await linkFor(world, "viewer"));
    const headers = { cookie, accept: "text/html" };
    const unknown = await world.send("/nothing-here", { headers });
    const invalid = await world.send("/findings?account=x", { headers });
    const body = `csrf=${csrf}&to=resolved&reason=x`;
    const refused = await world.send(`${FINDING}/transitions`, {
      method: "POST",
      headers: { ...FORM, ...headers },
      body,
    });
    expect([unknown.status, invalid.status, refused.status]).toEqual([404, 400, 403]);
    for (const answer of [unknown, invalid, refused]) {
      const page = await answer.text();
      expect(page).toContain('<a href="/findings"');
      expect(page).toContain(`name="csrf" value="${csrf}"><button class="quiet">Sign out`);
    }
    const strangers = await (await world.send("/nothing-here", { headers: { accept: "text/html" } })).text();
    expect(strangers).not.toMatch(/<nav|Sign out/);
  });

  test("ends after 30 minutes without a request, and not before", async () => {
    const world = await aWorld();
    const { cookie } = await signIn(world, await linkFor(world));
    world.passSeconds(29 * 60);
    expect(await statusOf(world, cookie)).toBe(200);
    world.passSeconds(29 * 60);
    expect(await statusOf(world, cookie)).toBe(200);
    world.passSeconds(30 * 60);
    expect(await statusOf(world, cookie)).toBe(401);
  });

  test("ends after 12 hours, however busy", async () => {
    const world = await aWorld();
    const { cookie } = await signIn(world, await linkFor(world));
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      world.passSeconds(20 * 60);
      expect(await statusOf(world, cookie)).toBe(200);
    }
    world.passSeconds(20 * 60);
    expect(await statusOf(world, cookie)).toBe(401);
  });

  test("changes something only with its CSRF token, from its own site", async () => {
    const world = await aWorld();
    const { cookie, csrf } = await signIn(world, await linkFor(world));
    const path = `${FINDING}/transitions`;
    const body = "to=resolved&reason=done";
    const change = (extra: string, headers: Record<string, string> = {}) =>
      world.send(path, { method: "POST", headers: { ...FORM, cookie, ...headers }, body: `${body}${extra}` });
    expect((await change("")).status).toBe(403);
    expect((await change("&csrf=wrong")).status).toBe(403);
    expect((await change(`&csrf=${encodeURIComponent("é".repeat(csrf.length))}`)).status).toBe(403);
    expect((await change(`&csrf=${csrf}`, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect(world.useCases.asked.filter(({ name }) => name === "transitionFinding")).toEqual([]);
    expect((await change(`&csrf=${csrf}`)).status).toBe(303);
    const byHeader = await world.send("/v1/findings/fnd_0123456789abcdefghijklmnop/transitions", {
      method: "POST",
      headers: { cookie, "x-csrf-token": csrf, "content-type": "application/json" },
      body: JSON.stringify({ to: "resolved", reason: "done" }),
    });
    expect(byHeader.status).toBe(200);
  });

  test("signed out is signed out, also for a copy of the cookie", async () => {
    const world = await aWorld();
    const { cookie, csrf } = await signIn(world, await linkFor(world));
    const out = await world.send("/sign-out", { method: "POST", headers: { ...FORM, cookie }, body: `csrf=${csrf}` });
    expect(out.status).toBe(303);
    expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
    expect(await statusOf(world, cookie)).toBe(401);
  });

  test("sign-in and sign-out are ledger records, in the same commit", async () => {
    const world = await aWorld();
    const { cookie, csrf } = await signIn(world, await linkFor(world));
    await world.send("/sign-out", { method: "POST", headers: { ...FORM, cookie }, body: `csrf=${csrf}` });
    const entries = await world.ledger.entries({ tenant: ACME, from: 0, limit: 10 });
    const told = entries.map(({ leaf }) =>
      z.object({ entity_type: z.string(), did: z.string() }).parse(JSON.parse(leaf)),
    );
    expect(told.map(({ entity_type, did }) => `${entity_type} ${did}`)).toEqual([
      "link created",
      "sign-in signed-in",
      "sign-in signed-out",
    ]);
  });

  test("keeps no secret in the store or the ledger", async () => {
    const world = await aWorld();
    const path = await linkFor(world);
    const { cookie } = await signIn(world, path);
    const secrets = [path, cookie].map((text) => text.slice(-48));
    const entries = await world.ledger.entries({ tenant: ACME, from: 0, limit: 10 });
    for (const secret of secrets) expect(JSON.stringify([entries, world.lines])).not.toContain(secret);
  });
});
