import { describe, expect, test } from "vitest";
import { aWorld, type Send, type World } from "./world.ts";

const settings = { requestsPerSecond: 5, burstFactor: 2 };

async function statuses(world: World, count: number, more: Send = {}): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push((await world.send("/v1/findings", more)).status);
  return all;
}
const allowed = (all: number[]) => all.filter((status) => status !== 429).length;

describe("the rate limit", () => {
  test("lets a burst through, then its rate, and says when to come back", async () => {
    const world = await aWorld(settings);
    const token = await world.tokenFor("viewer");
    expect(allowed(await statuses(world, 20, { token }))).toBe(10);
    const refused = await world.send("/v1/findings", { token });
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.json()).toMatchObject({ code: "rate.limited" });
    world.passSeconds(1);
    expect(allowed(await statuses(world, 20, { token }))).toBe(5);
    world.passSeconds(3600);
    expect(allowed(await statuses(world, 20, { token }))).toBe(10);
  });

  test("counts each token on its own, and strangers by address without port", async () => {
    const world = await aWorld(settings);
    const [one, two] = [await world.tokenFor("viewer"), await world.tokenFor("viewer")];
    expect(allowed(await statuses(world, 20, { token: one }))).toBe(10);
    expect(allowed(await statuses(world, 20, { token: two }))).toBe(10);
    expect(allowed(await statuses(world, 20, { address: "192.0.2.9" }))).toBe(10);
    expect(allowed(await statuses(world, 3, { address: "::ffff:192.0.2.9" }))).toBe(0);
    expect(allowed(await statuses(world, 3, { address: "192.0.2.10" }))).toBe(3);
  });

  test("a stranger gains nothing by guessing tokens or naming other addresses", async () => {
    const world = await aWorld(settings);
    const all: number[] = [];
    for (let i = 0; i < 20; i++) {
      const headers = { "x-forwarded-for": `198.51.100.${i}` };
      all.push((await world.send("/v1/findings", { token: `guess-${i}`, headers })).status);
    }
    expect(allowed(all)).toBe(10);
  });

  test("leaves probes out: behind a busy proxy they are answered, and what they cost counts for nobody", async () => {
    const world = await aWorld(settings);
    const strangers = { address: "192.0.2.9" };
    expect(allowed(await statuses(world, 20, strangers))).toBe(10);
    for (const path of ["/health", "/ready"]) expect((await world.send(path, strangers)).status, path).toBe(200);
    world.passSeconds(1);
    for (let i = 0; i < 20; i++) await world.send("/health", strangers);
    expect(allowed(await statuses(world, 20, strangers))).toBe(5);
  });

  test("counts requests for what is not there", async () => {
    const world = await aWorld(settings);
    const all: number[] = [];
    for (let i = 0; i < 20; i++) all.push((await world.send("/nowhere")).status);
    expect(allowed(all)).toBe(10);
  });

  test("exempts the admin on this machine, and nobody else", async () => {
    const world = await aWorld(settings);
    const [admin, viewer] = [await world.tokenFor("admin"), await world.tokenFor("viewer")];
    expect(allowed(await statuses(world, 50, { token: admin, address: "127.0.0.1" }))).toBe(50);
    expect(allowed(await statuses(world, 50, { token: admin, address: "::1" }))).toBe(50);
    expect(allowed(await statuses(world, 20, { token: viewer, address: "127.0.0.1" }))).toBe(10);
    expect(allowed(await statuses(world, 20, { token: admin, address: "192.0.2.1" }))).toBe(10);
  });

  test("an admin behind a proxy on this machine is not on this machine", async () => {
    const world = await aWorld({ ...settings, trustedProxies: ["127.0.0.1"] });
    const token = await world.tokenFor("admin");
    const headers = { "x-forwarded-for": "198.51.100.7" };
    expect(allowed(await statuses(world, 20, { token, headers, address: "127.0.0.1" }))).toBe(10);
  });

  test("believes X-Forwarded-For of trusted proxies alone, from the right", async () => {
    const world = await aWorld({ ...settings, trustedProxies: ["10.0.0.0/8"] });
    const via = (chain: string) => ({ address: "10.1.2.3", headers: { "x-forwarded-for": chain } });
    expect(allowed(await statuses(world, 20, via("1.1.1.1, 203.0.113.5, 10.9.9.9")))).toBe(10);
    expect(allowed(await statuses(world, 3, via("2.2.2.2, 203.0.113.5:4711")))).toBe(0);
    expect(allowed(await statuses(world, 3, via("203.0.113.5, 203.0.113.6")))).toBe(3);
  });
});

describe("refusals", () => {
  test("are recorded singly, and beyond a bound counted, so that no stranger fills the ledger", async () => {
    const world = await aWorld();
    await statuses(world, 500);
    expect(world.useCases.audited).toHaveLength(60);
    world.passSeconds(10);
    await statuses(world, 1);
    expect(world.useCases.audited.at(-1)).toMatchObject({ outcome: "auth.missing", attempts: 441 });
  });

  test("stand when the ledger cannot be written", async () => {
    const world = await aWorld();
    world.useCases.audit = async () => {
      throw new Error("disk full");
    };
    world.deps.useCases.audit = world.useCases.audit;
    expect(await statuses(world, 1)).toEqual([401]);
    expect(world.lines.map(({ event }) => event)).toContain("http.refusal-unrecorded");
  });

  test("a person who opens a page without a session has not been refused yet", async () => {
    const world = await aWorld();
    expect((await world.send("/")).status).toBe(401);
    expect(world.useCases.audited).toEqual([]);
  });
});
