import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { apiClient } from "@ephor/api/client";
import { ephorError } from "@ephor/domain/error";
import { err } from "@ephor/domain/result";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { aWorld, LOCALHOST, type World } from "./world.ts";

/** A client whose calls go straight into the world's API; it notes how long it was told to wait. */
async function clientOf(world: World, role: "analyst" | "admin" = "analyst") {
  const waits: number[] = [];
  const calls: Request[] = [];
  const client = apiClient({
    url: `${LOCALHOST}/`,
    token: await world.tokenFor(role),
    async fetch(input, init) {
      const request = new Request(input, init);
      calls.push(request.clone());
      return world.app.fetch(request, { address: "192.0.2.1" });
    },
    async sleep(seconds) {
      waits.push(seconds);
    },
  });
  return { client, waits, calls };
}

const bodyLengths = z.array(z.object({ input: z.object({ items: z.array(z.unknown()) }) }));

describe("the client", () => {
  test("lists, shows and changes, with types of what the API answers", async () => {
    const world = await aWorld();
    const { client } = await clientOf(world, "admin");
    const page = await client.listFindings({ severity: "high", limit: 10, status: undefined });
    expect(page).toMatchObject({ ok: true, value: { items: [{ severity: "high" }], cursor: null } });
    const id = page.ok ? (page.value.items[0]?.id ?? "") : "";
    expect(await client.showFinding(id)).toMatchObject({ ok: true, value: { generation: 1 } });
    const change = { to: "resolved", reason: "gone" } as const;
    expect(await client.transitionFinding(id, change)).toMatchObject({ ok: true, value: { status: "resolved" } });
    expect(await client.listExecutions()).toMatchObject({ ok: true });
    expect(await client.listDeadLetters()).toMatchObject({ ok: true });
    expect(await client.redriveDeadLetter("dlq_0123456789abcdefghijklmnop")).toMatchObject({ ok: true });
    expect(await client.ledgerCheckpoint()).toMatchObject({ ok: true });
    expect(await client.ledgerTile("entries/000.p/5")).toEqual({ ok: true, value: Uint8Array.of(1, 2, 3) });
    expect(await client.ledgerConsistency({ from: 0, to: 1 })).toMatchObject({ ok: true });
    const token = await client.createToken({ name: "ci", role: "viewer", days: 1 });
    expect(token).toMatchObject({ ok: true, value: { role: "viewer" } });
    expect(await client.revokeToken(token.ok ? token.value.id : "")).toMatchObject({ ok: true });
  });

  test("gives the node's refusal as its code, sentence and place", async () => {
    const { client } = await clientOf(await aWorld());
    expect(await client.listTokens()).toMatchObject({ ok: false, error: { code: "auth.forbidden" } });
    expect(await client.listFindings({ limit: 0 })).toMatchObject({
      ok: false,
      error: { code: "input.invalid", path: "query.limit" },
    });
  });

  test("says that no node answers, and where, when none does", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    const answer = await apiClient({ url: `http://127.0.0.1:${port}`, token: "x" }).listFindings();
    expect(answer).toMatchObject({ ok: false, error: { code: "node.unreachable" } });
    expect(answer.ok ? "" : answer.error.message).toMatch(/127\.0\.0\.1:\d+.*ECONNREFUSED/);
  });

  test("takes a page of something else for what it is", async () => {
    const server = createServer((_, answer) => answer.end("<html>"));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const answer = await apiClient({ url: `http://127.0.0.1:${port}`, token: "x" }).listFindings();
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining("not an Ephor node") } });
  });
});

describe("sending events", () => {
  test("goes in chunks, one after the other, and counts places over all of them", async () => {
    const world = await aWorld();
    const { client } = await clientOf(world);
    async function* events() {
      for (let i = 0; i < 12_000; i++) yield i === 11_000 ? 7 : { id: String(i), filler: "x".repeat(150) };
    }
    const sent = await client.sendEvents(events());
    expect(sent).toEqual({
      ok: true,
      value: { accepted: 11_999, rejected: [{ index: 11_000, reason: "expected an event, got something else" }] },
    });
    const sizes = bodyLengths.parse(world.useCases.asked).map(({ input }) => input.items.length);
    expect(sizes).toEqual([5000, 5000, 2000]);
  });

  test("rejects an item that no node takes, and sends the others", async () => {
    const { client } = await clientOf(await aWorld());
    const sent = await client.sendEvents([{ id: "1" }, { filler: "x".repeat(6_000_000) }, 7, { id: "3" }]);
    expect(sent).toMatchObject({
      ok: true,
      value: { accepted: 2, rejected: [{ index: 1, reason: expect.stringContaining("bytes") }, { index: 2 }] },
    });
  });

  test("waits as long as a busy node says, then sends the same again", async () => {
    const world = await aWorld();
    const accept = world.useCases.acceptEvents;
    let refusals = 2;
    world.useCases.acceptEvents = async (of) =>
      refusals-- > 0 ? err(ephorError("node.busy", "the inbox is full")) : accept(of);
    const { client, waits } = await clientOf(world);
    expect(await client.sendEvents([{ id: "1" }])).toEqual({ ok: true, value: { accepted: 1, rejected: [] } });
    expect(waits).toEqual([2, 2]);
  });

  test("gives up on a node that stays busy, and says how many it has", async () => {
    const world = await aWorld();
    const accept = world.useCases.acceptEvents;
    let calls = 0;
    world.useCases.acceptEvents = async (of) =>
      calls++ === 0 ? accept(of) : err(ephorError("node.busy", "the inbox is full"));
    const { client, waits } = await clientOf(world);
    const many = Array.from({ length: 5001 }, (_, id) => ({ id }));
    const sent = await client.sendEvents(many);
    expect(sent).toMatchObject({ ok: false, error: { code: "node.busy" } });
    expect(sent.ok ? "" : sent.error.message).toContain("5000 events were accepted before");
    expect(waits).toHaveLength(29);
  });

  test("sends nothing for nothing", async () => {
    const { client, calls } = await clientOf(await aWorld());
    expect(await client.sendEvents([])).toEqual({ ok: true, value: { accepted: 0, rejected: [] } });
    expect(calls).toEqual([]);
  });
});
