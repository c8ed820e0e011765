import { DEFAULT_TENANT, type Tenant } from "@ephor/domain/tenant";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { aNode, must, OPENED } from "./a-node.ts";
import { ACME, aWorld, OTHER, type World } from "./world.ts";

type Asking = { readonly by: Tenant; readonly tenant: string };

/** Asks as an admin of `by` for a token, and for a link, of `tenant`. */
async function ask(world: World, { by, tenant }: Asking): Promise<Response[]> {
  const token = await world.tokenFor("admin", by);
  const post = (path: string, body: object) =>
    world.send(path, {
      ...{ method: "POST", token, headers: { "content-type": "application/json" } },
      body: JSON.stringify({ ...body, role: "viewer", tenant }),
    });
  return [await post("/v1/tokens", { name: "ci" }), await post("/v1/sign-in-links", { subject: "bob" })];
}

async function recordsOf(world: World, tenant: Tenant): Promise<string[]> {
  const entries = await world.ledger.entries({ tenant, from: 0, limit: 20 });
  const told = z.object({ entity_type: z.string(), did: z.string() });
  return entries.map(({ leaf }) => told.parse(JSON.parse(leaf))).map((one) => `${one.entity_type} ${one.did}`);
}

describe("a token or a sign-in link of another tenant", () => {
  test("is made by an admin of default, and ledgered where it lets in", async () => {
    const world = await aWorld();
    const [token, link] = await ask(world, { by: DEFAULT_TENANT, tenant: ACME });
    expect([token?.status, link?.status]).toEqual([201, 201]);
    expect(await recordsOf(world, ACME)).toEqual(["token created", "link created"]);
    expect(await recordsOf(world, DEFAULT_TENANT)).toEqual(["token created"]);
    const { secret } = z.object({ secret: z.string() }).parse(await token?.json());
    expect(await (await world.send("/v1/findings", { token: secret })).text()).toContain("sg-1");
    const { url } = z.object({ url: z.string() }).parse(await link?.json());
    const signedIn = await world.send(new URL(url).pathname, { method: "POST" });
    const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(await (await world.send("/v1/findings", { headers: { cookie } })).text()).toContain("sg-1");
  });

  test("is refused to admins of all others, whose own is theirs to make, and the refusal is recorded", async () => {
    const world = await aWorld();
    for (const tenant of [ACME, DEFAULT_TENANT]) {
      for (const answer of await ask(world, { by: OTHER, tenant })) expect(answer.status).toBe(403);
    }
    expect(await recordsOf(world, ACME)).toEqual([]);
    expect(world.useCases.audited).toHaveLength(4);
    expect(world.useCases.audited[0]).toMatchObject({ did: "refused", caller: { tenant: OTHER } });
    for (const answer of await ask(world, { by: OTHER, tenant: OTHER })) expect(answer.status).toBe(201);
  });

  test.each(["", "-acme", "Acme", "acme#finding", "a".repeat(64), "ac me"])(
    "is not of one named %j",
    async (tenant) => {
      const world = await aWorld();
      for (const answer of await ask(world, { by: DEFAULT_TENANT, tenant })) {
        expect(answer.status).toBe(400);
        expect(await answer.json()).toMatchObject({ errors: [{ path: "/tenant" }] });
      }
    },
  );
});

test("each tenant reads its own findings and executions on a running node, and nothing else", async () => {
  const node = await aNode({ config: { accounts: { "111122223333": { tenant: "acme", environment: "production" } } } });
  const { detail } = OPENED;
  const ofAcme = {
    ...{ ...OPENED, id: "e-2", account: "111122223333" },
    detail: { ...detail, eventID: "ct-2", recipientAccountId: "111122223333" },
  };
  const sent = await node.client.sendEvents([OPENED, ofAcme]);
  expect(sent).toMatchObject({ ok: true, value: { accepted: 2 } });

  const made = await node.ephor("token", "create", "ci", "--role", "admin", "--tenant", "acme");
  const { secret } = z.object({ secret: z.string() }).parse(JSON.parse(made.stdout));
  const [operator, acme] = [node.client, node.clientWith(secret)];
  const accountsOf = async ({ listFindings }: typeof acme) =>
    new Set(must(await listFindings()).items.map(({ account }) => account));
  await vi.waitFor(async () => {
    expect(await accountsOf(acme)).toEqual(new Set(["111122223333"]));
    expect(await accountsOf(operator)).toEqual(new Set(["123456789012"]));
  });

  for (const [one, other] of [
    [operator, acme],
    [acme, operator],
  ] as const) {
    const [finding] = must(await one.listFindings()).items;
    expect(await other.showFinding(finding?.id ?? "")).toMatchObject({ error: { code: "finding.not-found" } });
    const [execution] = must(await one.listExecutions()).items;
    expect(await other.showExecution(execution?.id ?? "")).toMatchObject({ error: { code: "execution.not-found" } });
  }
  expect(await acme.ledgerCheckpoint()).toMatchObject({ ok: true, value: expect.stringContaining("/acme\n") });
  expect(await acme.createToken({ name: "x", role: "viewer", tenant: "default" })).toMatchObject({
    error: { code: "auth.forbidden" },
  });
});
