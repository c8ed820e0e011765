import { apiTokens } from "@ephor/app/api-tokens";
import { redact } from "@ephor/domain/redact/redact";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ACME, aWorld, OTHER, type World } from "./world.ts";

const JSON_TYPE = { "content-type": "application/json" };
const made = z.object({ id: z.string(), secret: z.string(), expiresAt: z.string(), role: z.string() });

async function create(world: World, token: string, body: object = { name: "ci", role: "analyst" }) {
  const answer = await world.send("/v1/tokens", {
    method: "POST",
    ...{ token, headers: JSON_TYPE, body: JSON.stringify(body) },
  });
  expect(answer.status).toBe(201);
  return made.parse(await answer.json());
}
const ask = async (world: World, token: string) => (await world.send("/v1/findings", { token })).status;

describe("an API token", () => {
  test("works until it expires: 90 days unless told", async () => {
    const world = await aWorld();
    const { secret } = await create(world, await world.tokenFor("admin"));
    expect(secret).toMatch(/^eph_[0-9a-v]{16}-acme_[0-9a-v]{48}$/);
    world.passSeconds(90 * 86_400 - 1);
    expect(await ask(world, secret)).toBe(200);
    world.passSeconds(1);
    expect(await ask(world, secret)).toBe(401);
  });

  test("revoked, is refused at once on the node that revoked it, and within a minute elsewhere", async () => {
    const world = await aWorld();
    const admin = await world.tokenFor("admin");
    const { id, secret } = await create(world, admin);
    const { clock, random, tokens: _ } = world.deps;
    const elsewhere = apiTokens({ store: world.store, clock, random, cursorKey: new Uint8Array(32) });
    expect(await ask(world, secret)).toBe(200);
    expect((await elsewhere.verify(secret)).ok).toBe(true);
    expect((await world.send(`/v1/tokens/${id}`, { method: "DELETE", token: admin })).status).toBe(200);
    expect(await ask(world, secret)).toBe(401);
    world.passSeconds(60);
    expect((await elsewhere.verify(secret)).ok).toBe(false);
  });

  test("revoked twice, changes nothing and says when it was", async () => {
    const world = await aWorld();
    const admin = await world.tokenFor("admin");
    const { id } = await create(world, admin);
    const revoke = async () => (await world.send(`/v1/tokens/${id}`, { method: "DELETE", token: admin })).json();
    const first = await revoke();
    world.passSeconds(5);
    expect(await revoke()).toEqual(first);
  });

  test("is nobody's but its tenant's to see or revoke", async () => {
    const world = await aWorld();
    const { id, secret } = await create(world, await world.tokenFor("admin"));
    const stranger = await world.tokenFor("admin", OTHER);
    expect((await world.send(`/v1/tokens/${id}`, { method: "DELETE", token: stranger })).status).toBe(404);
    expect(await ask(world, secret)).toBe(200);
    expect(await (await world.send("/v1/tokens", { token: stranger })).text()).not.toContain(id);
  });

  test("moved to another tenant by editing its text, is refused", async () => {
    const world = await aWorld();
    const secret = await world.tokenFor("admin");
    expect(await ask(world, secret.replace("-acme_", "-other_"))).toBe(401);
  });

  test("is refused with any other secret, and in any other form", async () => {
    const world = await aWorld();
    const secret = await world.tokenFor("viewer");
    const last = secret.endsWith("0") ? "1" : "0";
    for (const bad of [`${secret.slice(0, -1)}${last}`, secret.slice(0, -1), `${secret}0`, secret.toUpperCase(), "x"]) {
      expect(await ask(world, bad)).toBe(401);
    }
    const basic = await world.send("/v1/findings", { headers: { authorization: `Basic ${secret}` } });
    expect(basic.status).toBe(401);
  });

  test("is listed without its secret or hash, page by page", async () => {
    const world = await aWorld();
    const admin = await world.tokenFor("admin");
    const { secret } = await create(world, admin);
    await create(world, admin);
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await world.send(`/v1/tokens?limit=1${query}`, { token: admin });
      const text = await answer.text();
      expect(text).not.toContain(secret.slice(-48));
      expect(text).not.toContain("hash");
      const page = z
        .object({ items: z.array(z.object({ id: z.string() })), cursor: z.string().nullable() })
        .parse(JSON.parse(text));
      expect(page.items.length).toBeLessThanOrEqual(1);
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(new Set(ids).size).toBe(3);
    expect(ids).toHaveLength(3);
  });

  test("a cursor of another tenant, or a changed one, is 400", async () => {
    const world = await aWorld();
    const admin = await world.tokenFor("admin");
    await world.tokenFor("viewer");
    const { cursor } = z
      .object({ cursor: z.string() })
      .parse(await (await world.send("/v1/tokens?limit=1", { token: admin })).json());
    const stranger = await world.tokenFor("admin", OTHER);
    const changed = `${cursor.startsWith("e") ? "f" : "e"}${cursor.slice(1)}`;
    for (const [token, text] of [
      [stranger, cursor],
      [admin, changed],
      [admin, "x"],
    ] as const) {
      const answer = await world.send(`/v1/tokens?limit=1&cursor=${encodeURIComponent(text)}`, { token });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: "cursor.invalid" });
    }
  });

  test("making and revoking are ledger records", async () => {
    const world = await aWorld();
    const admin = await world.tokenFor("admin");
    const { id } = await create(world, admin);
    await world.send(`/v1/tokens/${id}`, { method: "DELETE", token: admin });
    const entries = await world.ledger.entries({ tenant: ACME, from: 0, limit: 10 });
    expect(entries.map(({ leaf }) => JSON.parse(leaf))).toMatchObject([
      { entity_type: "token", did: "created" },
      { entity_type: "token", did: "created", this: id, roles: ["analyst"] },
      { entity_type: "token", did: "revoked", this: id },
    ]);
  });

  test("is named the same in access lines, answers and the ledger, and redaction lets its name through", async () => {
    const world = await aWorld();
    const admin = await world.tokenFor("admin");
    const { items } = z
      .object({ items: z.array(z.object({ id: z.string() })) })
      .parse(await (await world.send("/v1/tokens", { token: admin })).json());
    const name = `api-token/${items[0]?.id}`;
    const { id } = await create(world, admin);
    expect(redact(world.lines.at(-1)?.fields)).toMatchObject({ actor: name, tenant: "acme" });
    expect(redact({ message: `actor=${name}` })).toEqual({ message: `actor=${name}` });
    const listed = await (await world.send("/v1/tokens", { token: admin })).text();
    expect(listed).toContain(`"createdBy":"${name}"`);
    const entries = await world.ledger.entries({ tenant: ACME, from: 0, limit: 10 });
    const made = entries.find(({ leaf }) => leaf.includes(id));
    expect(made?.sealed).toMatchObject({ who: { value: name } });
  });
});
