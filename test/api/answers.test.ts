import { EphorException, ephorError } from "@ephor/domain/error";
import { describe, expect, test } from "vitest";
import { aWorld } from "./world.ts";

const FINDING = "/v1/findings/fnd_0123456789abcdefghijklmnop";

describe("an error", () => {
  test("inside carries only its code and the correlation id; the log has the rest", async () => {
    for (const [cause, status, code] of [
      [new Error("SELECT * FROM secrets"), 500, "internal"],
      [new EphorException(ephorError("store.unavailable", "disk at /var/secret is gone")), 503, "store.unavailable"],
    ] as const) {
      const world = await aWorld();
      world.useCases.listFindings = async () => {
        throw cause;
      };
      const headers = { "x-correlation-id": "request-7" };
      const answer = await world.send("/v1/findings", { token: await world.tokenFor("viewer"), headers });
      expect(answer.status).toBe(status);
      expect(answer.headers.get("retry-after")).toBe(status === 503 ? "2" : null);
      const problem: unknown = await answer.json();
      expect(problem).toMatchObject({ type: `urn:ephor:problem:${code}`, status, code, correlationId: "request-7" });
      expect(JSON.stringify(problem)).not.toMatch(/secret/);
      expect(world.lines).toContainEqual({
        level: "error",
        event: "http.failed",
        fields: { code, error: cause, correlation_id: "request-7" },
      });
      expect(world.lines.at(-1)).toMatchObject({ event: "http.request", fields: { status } });
    }
  });

  test("of input names every field that is wrong", async () => {
    const world = await aWorld();
    const token = await world.tokenFor("viewer");
    const answer = await world.send("/v1/findings?severity=worst&account=12&limit=0", { token });
    expect(await answer.json()).toMatchObject({
      errors: [
        { path: "query.severity", message: expect.stringContaining("expected one of informational") },
        { path: "query.account", message: "expected 12 digits" },
        { path: "query.limit", message: "expected a whole number from 1 to 100" },
      ],
    });
  });

  test("of a body is a JSON pointer", async () => {
    const world = await aWorld();
    const answer = await world.send(`${FINDING}/transitions`, {
      method: "POST",
      token: await world.tokenFor("analyst"),
      headers: { "content-type": "application/json" },
      body: '{"to":"gone","reason":" "}',
    });
    expect(await answer.json()).toMatchObject({ errors: [{ path: "/to" }, { path: "/reason" }] });
  });

  test("is a page for a browser", async () => {
    const world = await aWorld();
    const answer = await world.send("/nowhere<script>", { headers: { accept: "text/html,*/*" } });
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toContain("text/html");
    expect(await answer.text()).not.toContain("<script");
  });
});

describe("a list", () => {
  test("has pages of 50 unless told, and never more than 100", async () => {
    const world = await aWorld();
    const token = await world.tokenFor("viewer");
    await world.send("/v1/findings", { token });
    await world.send("/v1/findings?limit=100&since=2026-01-02T03:04:05%2B01:00", { token });
    expect((await world.send("/v1/findings?limit=101", { token })).status).toBe(400);
    expect(world.useCases.asked).toMatchObject([
      { input: { limit: 50 } },
      { input: { limit: 100, since: "2026-01-02T02:04:05.000Z" } },
    ]);
  });
});

describe("the correlation id", () => {
  test("is the caller's where it is one, else a new one each time", async () => {
    const world = await aWorld();
    const idOf = async (headers: Record<string, string>) =>
      (await world.send("/health", { headers })).headers.get("x-correlation-id");
    expect(await idOf({ "x-correlation-id": "build/42:a" })).toBe("build/42:a");
    expect(await idOf({ "x-request-id": "r-00000001" })).toBe("r-00000001");
    const bad = [
      {},
      { "x-correlation-id": "a b" },
      { "x-correlation-id": "x".repeat(1000) },
      { "x-request-id": "<b>" },
    ];
    const made = new Set<string | null>();
    for (const headers of bad) made.add(await idOf(headers));
    expect(made.size).toBe(bad.length);
    for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe("reads", () => {
  test("of evidence are ledger records, of lists are not", async () => {
    const world = await aWorld();
    const token = await world.tokenFor("viewer");
    await world.send("/v1/findings", { token });
    await world.send(FINDING, { token });
    expect(world.useCases.audited).toMatchObject([
      { did: "finding-read", this: "fnd_0123456789abcdefghijklmnop", outcome: "done", caller: { role: "viewer" } },
    ]);
  });

  test("that cannot be recorded are not given", async () => {
    const world = await aWorld();
    world.useCases.audit = async () => {
      throw new EphorException(ephorError("store.unavailable", "gone"));
    };
    const answer = await world.send(FINDING, { token: await world.tokenFor("viewer") });
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain("sg-1");
  });

  test("of a tile ask again with its ETag and get nothing twice, only while allowed", async () => {
    const world = await aWorld();
    const token = await world.tokenFor("viewer");
    const first = await world.send("/v1/ledger/tile/0/x001/234.p/5", { token });
    expect(new Uint8Array(await first.arrayBuffer())).toEqual(Uint8Array.of(1, 2, 3));
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    const again = await world.send("/v1/ledger/tile/0/x001/234.p/5", { token, headers });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
    expect((await world.send("/v1/ledger/tile/0/x001/234.p/5", { headers })).status).toBe(401);
  });

  test("of a tile take C2SP paths alone", async () => {
    const world = await aWorld();
    const token = await world.tokenFor("viewer");
    for (const path of ["64/000", "0/1", "0/000.p/256", "0/000.p/0", "data/000", "0/x1/000", "0/000/"]) {
      expect((await world.send(`/v1/ledger/tile/${path}`, { token })).status, path).toBe(400);
    }
    for (const path of ["63/000", "entries/x001/x234/067", "0/000.p/255"]) {
      expect((await world.send(`/v1/ledger/tile/${path}`, { token })).status, path).toBe(200);
    }
  });

  test("by HEAD are like GET without a body", async () => {
    const world = await aWorld();
    const answer = await world.send("/health", { method: "HEAD" });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("");
  });
});

test("readiness follows the node: 503 while it drains", async () => {
  const world = await aWorld();
  world.useCases.ready = async () => ({ isReady: false, state: "draining" });
  const answer = await world.send("/ready");
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ state: "draining" });
});
