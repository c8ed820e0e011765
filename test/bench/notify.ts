import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Log } from "@ephor/app/ports";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { startNode } from "@ephor/node/start-node";
import { z } from "zod";
import { type BenchRow, median, rounded } from "./row.ts";

const RATE = 500;
const SECONDS = 10;
const APPROVALS = 100;
const WAIT_MS = 60_000;
const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const nowMs = () => performance.timeOrigin + performance.now();

/** What a person waits for: an event until its webhook has arrived, an approval until it is told of. */
export async function benchNotify(): Promise<BenchRow[]> {
  const told = await eventToWebhook();
  const asked = await approvalToNotice();
  const rows = [
    { name: `event in -> finding -> webhook out, ${RATE} findings/s, p50`, value: told.p50 },
    { name: `event in -> finding -> webhook out, ${RATE} findings/s, p99`, value: told.p99 },
    { name: "approval open -> notification out, p50", value: asked.p50 },
    { name: "approval open -> notification out, p99", value: asked.p99 },
  ];
  return rows.map(({ name, value }) => ({ name, value: rounded(value, 2), unit: "ms" }));
}

const messageSchema = z.looseObject({
  kind: z.string(),
  data: z.looseObject({
    finding: z.looseObject({ eventIds: z.array(z.string()) }).optional(),
    approval: z.looseObject({ id: z.string(), openedAt: z.string() }).optional(),
  }),
});
type Told = z.output<typeof messageSchema>;

/** A receiver in this process, and when each message came first. */
async function aReceiver(keyOf: (message: Told) => string | undefined) {
  const arrivedAt = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => {
      const at = nowMs();
      response.end();
      const key = keyOf(messageSchema.parse(JSON.parse(Buffer.concat(chunks).toString("utf8"))));
      if (key !== undefined && !arrivedAt.has(key)) arrivedAt.set(key, at);
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}/`, arrivedAt, close };
}

async function aNode(url: string) {
  const parsed = parseConfig(
    {
      channels: { out: { kind: "webhook", url, messagesPerMinute: 1_000_000 } },
      people: [
        { id: "ann", name: "Ann", email: "ann@example.com", roles: ["operator"] },
        { id: "bob", name: "Bob", email: "bob@example.com", roles: ["approver"] },
      ],
      groups: { approvers: ["bob"] },
      responsePolicy: { rules: [{ mode: "notify" }] },
    },
    { file: "bench" },
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  const data = mkdtempSync(join(tmpdir(), "ephor-bench-"));
  const node = await startNode({
    ...{ data, host: "127.0.0.1", port: 0, config: parsed.value, version: "bench", log: quiet },
  });
  if (!node.ok) throw new Error(node.error.message);
  const token = readFileSync(join(data, "admin-token"), "utf8").trim();
  const call = async (path: string, { secret = token, body }: { secret?: string; body: object }) => {
    const answer = await fetch(`${node.value.url}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const stop = async (): Promise<void> => {
    await node.value.stop();
    rmSync(data, { recursive: true });
  };
  return { url: node.value.url, token, call, stop };
}

/** Every event is a finding of its own, and each is told of. */
async function eventToWebhook() {
  const receiver = await aReceiver(({ data }) => data.finding?.eventIds[0]);
  const node = await aNode(receiver.url);
  const worker = new Worker(new URL("./send-events.ts", import.meta.url), {
    workerData: { url: node.url, token: node.token, rate: RATE, seconds: SECONDS, trails: RATE * SECONDS },
  });
  const sent = await new Promise<ReadonlyMap<string, number>>((done, fail) => {
    worker.once("message", done);
    worker.once("error", fail);
  });
  await untilTold(receiver.arrivedAt, RATE * SECONDS);
  await node.stop();
  receiver.close();
  const delays = [...sent].map(([id, sentMs]) => (receiver.arrivedAt.get(id) ?? Number.NaN) - sentMs);
  // The first second warms up.
  return percentiles(delays.slice(RATE));
}

/** Exceptions are asked for, one after the other; each opens an approval. */
async function approvalToNotice() {
  const openedAt = new Map<string, number>();
  const receiver = await aReceiver(({ kind, data: { approval } }) => {
    if (kind !== "approval" || approval === undefined) return undefined;
    openedAt.set(approval.id, Date.parse(approval.openedAt));
    return approval.id;
  });
  const node = await aNode(receiver.url);
  const { secret } = z
    .looseObject({ secret: z.string() })
    .parse(await node.call("/v1/tokens", { body: { name: "bench", role: "operator", person: "ann" } }));
  for (let at = 0; at < APPROVALS; at++) {
    const scope = { detection: "ec2.security-group-opened-to-world", resource: `sg-${at}` };
    const expiresAt = new Date(Date.now() + 86_400_000 * 7).toISOString();
    await node.call("/v1/exceptions", { secret, body: { scope, reason: "bench", risk: "low", expiresAt } });
    await untilTold(receiver.arrivedAt, at + 1);
  }
  await node.stop();
  receiver.close();
  return percentiles([...receiver.arrivedAt].map(([id, at]) => at - (openedAt.get(id) ?? Number.NaN)));
}

async function untilTold(arrived: ReadonlyMap<string, number>, count: number): Promise<void> {
  const endMs = performance.now() + WAIT_MS;
  while (arrived.size < count && performance.now() < endMs) await new Promise((turn) => setTimeout(turn, 2));
  if (arrived.size < count) throw new Error(`${arrived.size} of ${count} messages arrived`);
}

function percentiles(delays: readonly number[]) {
  const sorted = delays.toSorted((a, b) => a - b);
  return { p50: median(sorted), p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN };
}
