import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { Log } from "@ephor/app/ports";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { type BenchRow, median, rounded } from "./row.ts";
import { watchCommits } from "./watch-commits.ts";

const CLI = resolve(import.meta.dirname, "../../packages/cli/bin/ephor.js");
const STARTS = 5;
const RATE = 500;
const SECONDS = 10;
const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** What a user waits for: start to ready, memory at rest, and event in to finding durable at 500 a second over HTTP. */
export async function benchNode(): Promise<BenchRow[]> {
  const starts = [];
  for (let i = 0; i < STARTS; i++) starts.push(await startOnce());
  const readyMs = median(starts.map((one) => one.readyMs));
  const idleMb = median(starts.map((one) => one.residentMb));
  const { p50, p99 } = await eventToFinding();
  return [
    {
      name: "start to ready, empty store",
      value: rounded(readyMs, 0),
      unit: "ms",
      must: "<= 1,000",
      reach: "<= 400",
      ok: readyMs <= 1000,
    },
    {
      name: "memory at rest",
      value: rounded(idleMb, 0),
      unit: "MB",
      must: "<= 150",
      reach: "<= 90",
      ok: idleMb <= 150,
    },
    {
      name: `event in -> finding durable, ${RATE}/s over HTTP, p50`,
      value: rounded(p50, 2),
      unit: "ms",
      must: "<= 2",
      reach: "<= 1",
      ok: p50 <= 2,
    },
    {
      name: `event in -> finding durable, ${RATE}/s over HTTP, p99`,
      value: rounded(p99, 2),
      unit: "ms",
      must: "<= 20",
      reach: "<= 5",
      ok: p99 <= 20,
    },
  ];
}

async function startOnce(): Promise<{ readyMs: number; residentMb: number }> {
  const folder = mkdtempSync(join(tmpdir(), "ephor-bench-"));
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", CLI, "start", "--port", "0", "--data", folder],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  await new Promise((ready) => child.stdout.once("data", ready));
  const readyMs = performance.now() - startedMs;
  await new Promise((rest) => setTimeout(rest, 1500));
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
  const ended = new Promise((end) => child.once("exit", end));
  child.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true });
  return { readyMs, residentMb: Number(resident) / 1024 };
}

/** The node in this thread, so that its commits can be seen; the sender in another, at an even rate. */
async function eventToFinding(): Promise<{ p50: number; p99: number }> {
  const folder = mkdtempSync(join(tmpdir(), "ephor-bench-"));
  const config = parseConfig({}, { file: "bench" });
  if (!config.ok) throw new Error(config.error.message);
  const node = await watchCommits({
    data: folder,
    host: "127.0.0.1",
    port: 0,
    config: config.value,
    version: "bench",
    log: quiet,
  });
  const token = readFileSync(join(folder, "admin-token"), "utf8").trim();
  const worker = new Worker(new URL("./send-events.ts", import.meta.url), {
    workerData: { url: node.url, token, rate: RATE, seconds: SECONDS, trails: 400 },
  });
  const sent = await new Promise<ReadonlyMap<string, number>>((done, fail) => {
    worker.once("message", done);
    worker.once("error", fail);
  });
  await node.stop();
  rmSync(folder, { recursive: true });
  const delays = [...sent].flatMap(([id, sentMs]) => {
    const durableMs = node.durableAt.get(id);
    return durableMs === undefined ? [] : [durableMs - sentMs];
  });
  if (delays.length < sent.size)
    throw new Error(`${sent.size - delays.length} events of ${sent.size} became no finding`);
  // The first second warms up.
  const sorted = delays.slice(RATE).sort((a, b) => a - b);
  return {
    p50: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
  };
}
