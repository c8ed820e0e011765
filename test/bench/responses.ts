import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { stoppedLogging } from "../support/stopped-logging.ts";
import { type BenchNode, benchNode } from "./bench-node.ts";
import { type BenchRow, median, rounded } from "./row.ts";

const ACCOUNT = "111122223333";
const ACTOR = `arn:aws:iam::${ACCOUNT}:user/mallory`;
const AT_ONCE = 1_000;
const ALONE = 30;
const WAIT_MS = 120_000;

/** Whole responses in mode auto: event, finding, plan, reservation, snapshot, change, check, receipt. */
export async function benchResponses(): Promise<BenchRow[]> {
  const aws = await anAccount();
  const node = await benchNode({
    accounts: { [ACCOUNT]: { environment: "test" } },
    // Only what somebody known has done is answered without asking.
    people: [{ id: "mallory", name: "Mallory", email: "mallory@example.com", awsPrincipals: [ACTOR] }],
    responsePolicy: {
      rules: [{ match: { detection: "cloudtrail.*" }, mode: "auto", risk: "low" }],
      budget: { perAccountPerHour: AT_ONCE * 2, perHour: AT_ONCE * 2 },
    },
    remediation: { enabled: true, accounts: { [ACCOUNT]: {} } },
  });
  try {
    const aloneMs = await oneByOne(node, aws);
    const perSecond = await allAtOnce(node, aws);
    return [
      { name: "event in -> change made in AWS, one at a time, p50", value: rounded(median(aloneMs), 2), unit: "ms" },
      { name: `whole responses, ${AT_ONCE} at once`, value: rounded(perSecond, 0), unit: "a second" },
    ];
  } finally {
    await node.stop();
    await aws.close();
  }
}

type Account = { readonly startedAt: ReadonlyMap<string, number>; close(): Promise<unknown> };

async function anAccount(): Promise<Account> {
  const worker = new Worker(new URL("./answer-aws.ts", import.meta.url), { workerData: { account: ACCOUNT } });
  const [port] = await once(worker, "message");
  const startedAt = new Map<string, number>();
  worker.on("message", ({ trail, at }: { trail: string; at: number }) => startedAt.set(trail, at));
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    AWS_EC2_METADATA_DISABLED: "true",
  });
  const close = async () => {
    process.env = before;
    await worker.terminate();
  };
  return { startedAt, close };
}

const stopped = (trail: string) =>
  stoppedLogging({ requestParameters: { name: `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/${trail}` } });

async function oneByOne(node: BenchNode, { startedAt }: Account): Promise<readonly number[]> {
  const tookMs: number[] = [];
  for (let at = 0; at < ALONE; at++) {
    const sentMs = performance.timeOrigin + performance.now();
    await node.post("/v1/events", { body: stopped(`trail-${at}`) });
    await until(async () => startedAt.has(`trail-${at}`), 1);
    tookMs.push((startedAt.get(`trail-${at}`) ?? Number.NaN) - sentMs);
  }
  return tookMs;
}

async function allAtOnce(node: BenchNode, { startedAt }: Account): Promise<number> {
  const trails = Array.from({ length: AT_ONCE }, (_, at) => `trail-${ALONE + at}`);
  const startedMs = performance.now();
  await node.post("/v1/events", { body: trails.map(stopped) });
  await until(async () => startedAt.size === ALONE + AT_ONCE, 5);
  const isEmpty = async (status: string) => (await page(node, `status=${status}&limit=1`)).items.length === 0;
  await until(async () => (await isEmpty("open")) && (await isEmpty("remediating")), 5);
  const tookMs = performance.now() - startedMs;
  const resolved = await countOf(node, "resolved");
  if (resolved !== ALONE + AT_ONCE) throw new Error(`${resolved} of ${ALONE + AT_ONCE} findings are resolved`);
  return AT_ONCE / (tookMs / 1000);
}

const pageSchema = z.looseObject({ items: z.array(z.unknown()), cursor: z.string().nullable() });

const page = async (node: BenchNode, query: string) => pageSchema.parse(await node.get(`/v1/findings?${query}`));

async function countOf(node: BenchNode, status: string): Promise<number> {
  let count = 0;
  let after = "";
  for (;;) {
    const { items, cursor } = await page(node, `status=${status}&limit=100${after}`);
    count += items.length;
    if (cursor === null) return count;
    after = `&cursor=${encodeURIComponent(cursor)}`;
  }
}

async function until(holds: () => Promise<boolean>, everyMs: number): Promise<void> {
  const endMs = performance.now() + WAIT_MS;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`not all responses ended within ${WAIT_MS / 1000} s`);
    await new Promise((turn) => setTimeout(turn, everyMs));
  }
}
