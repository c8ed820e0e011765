import { gzipSync } from "node:zlib";
import { ITEMS_MAX } from "@ephor/api/parse-events";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { aWorld, type Send, type World } from "./world.ts";

const askedSchema = z.array(z.object({ name: z.string(), input: z.object({ items: z.array(z.unknown()) }) }));

async function post(world: World, more: Send & { type?: string } = {}) {
  const { type = "application/json", headers, ...rest } = more;
  const token = await world.tokenFor("analyst");
  return world.send("/v1/events", { method: "POST", token, headers: { "content-type": type, ...headers }, ...rest });
}
const itemsOf = (world: World) => askedSchema.parse(world.useCases.asked).flatMap(({ input }) => input.items);

describe("POST /v1/events", () => {
  test("takes one event, an array, or one a line, and hands on the same items", async () => {
    for (const [type, body, items] of [
      ["application/json", '{"id":"1"}', [{ id: "1" }]],
      ["application/json; charset=utf-8", '[{"id":"1"},{"id":"2"}]', [{ id: "1" }, { id: "2" }]],
      ["application/x-ndjson", '{"id":"1"}\r\n\n{"id":"2"}\n', [{ id: "1" }, { id: "2" }]],
    ] as const) {
      const world = await aWorld();
      const answer = await post(world, { type, body });
      expect(answer.status).toBe(202);
      expect(await answer.json()).toEqual({ accepted: items.length, rejected: [] });
      expect(itemsOf(world)).toEqual(items);
    }
  });

  test("hands on who sent them from the token alone, whatever body and headers claim", async () => {
    const world = await aWorld();
    await post(world, { body: '{"tenant":"other"}', headers: { "x-tenant": "other", "x-correlation-id": "build-42" } });
    expect(world.useCases.asked).toMatchObject([
      { input: { caller: { tenant: "acme", role: "analyst" }, correlationId: "build-42" } },
    ]);
  });

  test("a broken line is that line's failure alone, and every index counts lines", async () => {
    const world = await aWorld();
    const answer = await post(world, { type: "application/x-ndjson", body: '{"id":"1"}\n{broken\n7\n{"id":"2"}' });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({
      accepted: 2,
      rejected: [
        { index: 1, reason: expect.stringContaining("expected JSON") },
        { index: 2, reason: "expected an event, got something else" },
      ],
    });
  });

  test("broken JSON as a whole is 400 and does not repeat what was sent", async () => {
    const world = await aWorld();
    const answer = await post(world, { body: '{"secret-looking": hunter2' });
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain("hunter2");
    expect(world.useCases.asked).toEqual([]);
  });

  test("text that is not UTF-8 is 400", async () => {
    const answer = await post(await aWorld(), { body: Uint8Array.of(0x22, 0xff, 0xfe, 0x22) });
    expect(answer.status).toBe(400);
  });

  test("unpacks gzip", async () => {
    const world = await aWorld();
    const headers = { "content-encoding": "gzip" };
    expect((await post(world, { headers, body: gzipSync('{"id":"1"}') })).status).toBe(202);
    expect(itemsOf(world)).toEqual([{ id: "1" }]);
    expect((await post(world, { headers, body: "not gzip" })).status).toBe(400);
    expect((await post(world, { headers: { "content-encoding": "br" }, body: "x" })).status).toBe(415);
  });

  test("a gzip bomb is 413, never unpacked beyond the limit", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
    expect(bomb.length).toBeLessThan(100_000);
    const answer = await post(await aWorld(), { headers: { "content-encoding": "gzip" }, body: bomb });
    expect(answer.status).toBe(413);
  });

  test("more items than any real request holds are 413", async () => {
    const body = "1\n".repeat(ITEMS_MAX + 1);
    expect((await post(await aWorld(), { type: "application/x-ndjson", body })).status).toBe(413);
    expect((await post(await aWorld(), { body: `[${body.trim().replaceAll("\n", ",")}]` })).status).toBe(413);
  });
});
