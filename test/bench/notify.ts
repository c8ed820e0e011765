import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { type BenchNode, benchNode } from "./bench-node.ts";
import type { Received } from "./receive-notices.ts";
import { type BenchRow, median, rounded } from "./row.ts";

const RATE = 500;
const SECONDS = 10;
const APPROVALS = 100;
const WAIT_MS = 60_000;

/** What a person waits for: an event until its webhook has arrived, an approval until it is told of. */
export async function benchNotify(): Promise<BenchRow[]> {
  const told = await eventToWebhook();
  const asked = await approvalToNotice();
  const rows = [
    { name: `event in -> finding -> webhook out, ${RATE} findings/s, p50`, value: told.p50, most: 2, reach: 1 },
    { name: `event in -> finding -> webhook out, ${RATE} findings/s, p99`, value: told.p99, most: 20, reach: 5 },
    { name: "the same, CPU time of the node's thread an event", value: told.cpuMs },
    { name: "approval open -> notification out, p50", value: asked.p50 },
    { name: "approval open -> notification out, p99", value: asked.p99 },
  ];
  return rows.map(({ name, value, most, reach }) => ({
    ...{ name, value: rounded(value, 2), unit: "ms" },
    ...(most === undefined ? {} : { must: `<= ${most}`, reach: `<= ${reach}`, ok: value <= most }),
  }));
}

const messageSchema = z.looseObject({
  kind: z.string(),
  data: z.looseObject({
    finding: z.looseObject({ eventIds: z.array(z.string()) }).optional(),
    approval: z.looseObject({ id: z.string(), openedAt: z.string() }).optional(),
  }),
});
type Told = z.output<typeof messageSchema>;

/** When each message came first. */
async function aReceiver(keyOf: (message: Told) => string | undefined) {
  const worker = new Worker(new URL("./receive-notices.ts", import.meta.url));
  const [port] = await once(worker, "message");
  const arrivedAt = new Map<string, number>();
  const raw: Received[] = [];
  worker.on("message", (received: readonly Received[]) => raw.push(...received));
  /** Reads what has come since; not while the node is being measured. */
  const read = (): ReadonlyMap<string, number> => {
    for (const { at, body } of raw.splice(0)) {
      const key = keyOf(messageSchema.parse(JSON.parse(body)));
      if (key !== undefined && !arrivedAt.has(key)) arrivedAt.set(key, at);
    }
    return arrivedAt;
  };
  return {
    url: `http://127.0.0.1:${port}/`,
    count: () => raw.length,
    read,
    close: () => worker.terminate(),
  };
}

const aNode = (url: string): Promise<BenchNode> =>
  benchNode({
    channels: { out: { kind: "webhook", url, messagesPerMinute: 1_000_000 } },
    people: [
      { id: "ann", name: "Ann", email: "ann@example.com", roles: ["operator"] },
      { id: "bob", name: "Bob", email: "bob@example.com", roles: ["approver"] },
    ],
    groups: { approvers: ["bob"] },
    responsePolicy: { rules: [{ mode: "notify" }] },
  });

/** Every event is a finding of its own, and each is told of. */
async function eventToWebhook() {
  const receiver = await aReceiver(({ data }) => data.finding?.eventIds[0]);
  const node = await aNode(receiver.url);
  const before = process.threadCpuUsage();
  const worker = new Worker(new URL("./send-events.ts", import.meta.url), {
    workerData: { url: node.url, token: node.token, rate: RATE, seconds: SECONDS, trails: RATE * SECONDS },
  });
  const sent = await new Promise<ReadonlyMap<string, number>>((done, fail) => {
    worker.once("message", done);
    worker.once("error", fail);
  });
  await untilTold(receiver.count, RATE * SECONDS);
  const { user, system } = process.threadCpuUsage(before);
  await node.stop();
  await receiver.close();
  const arrivedAt = receiver.read();
  const delays = [...sent].map(([id, sentMs]) => (arrivedAt.get(id) ?? Number.NaN) - sentMs);
  // The first second warms up.
  return { ...percentiles(delays.slice(RATE)), cpuMs: (user + system) / 1_000 / (RATE * SECONDS) };
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
    .parse(await node.post("/v1/tokens", { body: { name: "bench", role: "operator", person: "ann" } }));
  for (let at = 0; at < APPROVALS; at++) {
    const scope = { detection: "ec2.security-group-opened-to-world", resource: `sg-${at}` };
    const expiresAt = new Date(Date.now() + 86_400_000 * 7).toISOString();
    await node.post("/v1/exceptions", { secret, body: { scope, reason: "bench", risk: "low", expiresAt } });
    await untilTold(() => receiver.read().size, at + 1);
  }
  await node.stop();
  await receiver.close();
  return percentiles([...receiver.read()].map(([id, at]) => at - (openedAt.get(id) ?? Number.NaN)));
}

async function untilTold(told: () => number, count: number): Promise<void> {
  const endMs = performance.now() + WAIT_MS;
  while (told() < count && performance.now() < endMs) await new Promise((turn) => setTimeout(turn, 2));
  if (told() < count) throw new Error(`${told()} of ${count} messages arrived`);
}

function percentiles(delays: readonly number[]) {
  const sorted = delays.toSorted((a, b) => a - b);
  return { p50: median(sorted), p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN };
}
