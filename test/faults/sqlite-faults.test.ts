import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { EphorException } from "@ephor/domain/error";
import { leafHash } from "@ephor/domain/ledger/hash";
import { EMPTY_HEAD, sequence } from "@ephor/domain/ledger/sequence";
import { DEFAULT_TENANT as tenant } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { openSqlite, type SqliteStore } from "@ephor/local/sqlite/open-sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Random } from "../fuzz/random.ts";

// SEED repeats a run.
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
const WRITER = fileURLToPath(new URL("sqlite-writer.ts", import.meta.url));
const KILLS = 6;

let dir = "";
let file = "";

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ephor-fault-"));
  file = join(dir, "ephor.db");
});
afterEach(() => rmSync(dir, { recursive: true }));

type Told = { readonly done: number[]; readonly failed: string[] };

/** Runs the writer, killed with -9 once it said `linesMax` lines, and gives all that it said. */
async function runWriter(given: { first: number; linesMax?: number; shell?: string }): Promise<Told> {
  const { first, linesMax = Number.POSITIVE_INFINITY, shell = "" } = given;
  const command = `${shell} exec "$0" --disable-warning=ExperimentalWarning "$@"`;
  const args = ["-c", command, process.execPath, WRITER, file, String(first)];
  const child = spawn("sh", args, { stdio: ["ignore", "pipe", "inherit"] });
  const told: Told = { done: [], failed: [] };
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, n, code] = line.split(" ");
    if (word === "done") told.done.push(Number(n));
    else told.failed.push(`${n} ${code}`);
    if (++lines === linesMax) child.kill("SIGKILL");
  }
  return told;
}

function openStore(): SqliteStore {
  const opened = openSqlite({ file, clock: { now: () => timestamp(Date.now()) } });
  if (!opened.ok) throw new EphorException(opened.error);
  return opened.value;
}

/** What the store holds of transaction `n`: its two items and its record. */
async function partsOf({ store, ledger }: SqliteStore, n: number): Promise<number> {
  const items = await Promise.all(["a", "b"].map((sk) => store.get({ tenant, pk: `p${n}`, sk })));
  const record = await ledger.entry({ tenant, id: `rec_${n}` });
  return [...items, record].filter((part) => part !== undefined).length;
}

/** The head must be the one that its records make. */
async function checkLedger({ ledger }: SqliteStore): Promise<number> {
  const head = await ledger.head(tenant);
  const hashes: Uint8Array[] = [];
  while (hashes.length < head.size) {
    const entries = await ledger.entries({ tenant, from: hashes.length, limit: 1_000 });
    if (entries.length === 0) throw new Error(`no record at ${hashes.length} of ${head.size}`);
    for (const { leaf } of entries) hashes.push(leafHash(leaf));
  }
  expect(sequence(EMPTY_HEAD, hashes).head).toEqual(head);
  expect(await ledger.entries({ tenant, from: head.size, limit: 1 })).toEqual([]);
  return head.size;
}

test("a node killed under load loses nothing it confirmed and keeps nothing half", async () => {
  const random = new Random(seed);
  const done: number[] = [];
  let first = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const told = await runWriter({ first, linesMax: 1 + random.below(1_500) });
    done.push(...told.done);
    const opened = openStore();
    for (const n of told.done) expect(await partsOf(opened, n), `seed ${seed}, transaction ${n}`).toBe(3);
    const unconfirmed = Array.from({ length: 100 }, (_, i) => Math.max(...told.done) + 1 + i);
    for (const n of unconfirmed) expect([0, 3], `seed ${seed}, transaction ${n}`).toContain(await partsOf(opened, n));
    expect(await checkLedger(opened), `seed ${seed}`).toBeGreaterThanOrEqual(done.length);
    opened.close();
    first = Math.max(...told.done) + 1_000;
  }
}, 120_000);

test("a full disk fails whole batches, and what was confirmed stays", async () => {
  // A limit on the size of any file stands for the disk; its signal is ignored, so that writing past it is an error.
  const told = await runWriter({ first: 0, shell: "trap '' XFSZ; ulimit -f 4000;" });
  expect(told.done.length).toBeGreaterThan(0);
  expect(told.failed.length).toBeGreaterThan(0);
  const opened = openStore();
  for (const n of told.done) expect(await partsOf(opened, n), `transaction ${n}`).toBe(3);
  for (const line of told.failed) {
    const [n, code] = line.split(" ");
    expect(code).toBe("store.unavailable");
    expect(await partsOf(opened, Number(n)), `transaction ${n}`).toBe(0);
  }
  expect(await checkLedger(opened)).toBe(told.done.length);
  opened.close();
}, 120_000);
