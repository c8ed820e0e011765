import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { Write } from "@ephor/app/ports";
import { leafHash } from "@ephor/domain/ledger/hash";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { BATCH_MAX } from "@ephor/local/sqlite/group-commit";
import { itemValues, tenantKey, VALUE_LIST, VALUE_MARKS } from "@ephor/local/sqlite/item-rows";
import { STORE_PRAGMAS } from "@ephor/local/sqlite/open-database";
import { openSqlite } from "@ephor/local/sqlite/open-sqlite";
import { SCHEMA_1 } from "@ephor/local/sqlite/schema";
import { findingWrites } from "./finding-writes.ts";
import { type BenchRow, median, rounded } from "./row.ts";

const FINDINGS = 10_000;
const IN_FLIGHT = 2_000;
/** The first warms up and is not counted. */
const ROUNDS = 8;
const MUST = 0.6;

type Finding = readonly Write[];

/**
 * Findings recorded durably (membership, finding, timeline entry and ledger record as one transaction, many in
 * flight) against bare INSERTs of the very same rows, with the same indexes, batch sizes and synchronous FULL.
 */
export async function benchStore(): Promise<BenchRow[]> {
  const findings = findingWrites(FINDINGS);
  const rates: { store: number; raw: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const raw = await inFolder((dir) => insertRaw(dir, rowsOf(findings)));
    const store = await inFolder((dir) => recordAll(dir, findings));
    if (round > 0) rates.push({ store, raw });
  }
  const ratio = median(rates.map(({ store, raw }) => store / raw));
  const perSecond = median(rates.map(({ store }) => store));
  return [
    {
      name: "findings recorded durably with their ledger record, against raw SQLite inserts of the same rows",
      value: rounded(ratio, 2),
      unit: "x",
      must: `>= ${MUST}`,
      reach: ">= 0.85",
      ok: ratio >= MUST,
    },
    { name: "findings recorded durably", value: Math.round(perSecond), unit: "findings/s", reach: ">= 60,000" },
    {
      name: "the same rows by raw SQLite inserts",
      value: Math.round(median(rates.map(({ raw }) => raw))),
      unit: "findings/s",
    },
  ];
}

async function inFolder<T>(run: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), "ephor-bench-"));
  try {
    return await run(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function rateOf(work: () => void | Promise<void>): Promise<number> {
  globalThis.gc?.();
  const before = performance.now();
  await work();
  return FINDINGS / ((performance.now() - before) / 1000);
}

async function recordAll(dir: string, findings: readonly Finding[]): Promise<number> {
  const opened = openSqlite({ file: join(dir, "ephor.db"), clock: { now: () => timestamp(Date.now()) } });
  if (!opened.ok) throw new Error(opened.error.message);
  const { store, close } = opened.value;
  const rate = await rateOf(async () => {
    for (let i = 0; i < findings.length; i += IN_FLIGHT) {
      const done = await Promise.all(findings.slice(i, i + IN_FLIGHT).map((writes) => store.transact(writes)));
      if (!done.every((result) => result.ok)) throw new Error("a finding was not recorded");
    }
  });
  close();
  return rate;
}

type Row = { readonly into: "item" | "record" | "sealed"; readonly values: SQLInputValue[] };

/** All that the rows hold is made ready beforehand, so that inserting is all that is measured. */
function rowsOf(findings: readonly Finding[]): Row[][] {
  let seq = 0;
  const rowsOfWrite = (write: Write): Row[] => {
    if (write.kind === "put") {
      const { tenant, pk, sk } = write.item;
      const values = itemValues(write.item, JSON.stringify(write.item.data));
      return [{ into: "item", values: [tenantKey(tenant, pk), sk, ...values] }];
    }
    if (write.kind !== "append") throw new Error(`unexpected ${write.kind}`);
    const { id, leaf, sealed } = write.record;
    return [
      { into: "record", values: [DEFAULT_TENANT, seq, id, leaf, leafHash(leaf)] },
      { into: "sealed", values: [DEFAULT_TENANT, seq++, JSON.stringify(sealed)] },
    ];
  };
  return findings.map((writes) => writes.flatMap(rowsOfWrite));
}

async function insertRaw(dir: string, findings: readonly (readonly Row[])[]): Promise<number> {
  const db = new DatabaseSync(join(dir, "raw.db"));
  db.exec(STORE_PRAGMAS);
  db.exec(SCHEMA_1);
  const statements = {
    item: db.prepare(`INSERT INTO items (pk, sk, version, ${VALUE_LIST}) VALUES (?, ?, 1, ${VALUE_MARKS})`),
    record: db.prepare("INSERT INTO ledger_records VALUES (?, ?, ?, ?, ?)"),
    sealed: db.prepare("INSERT INTO ledger_sealed VALUES (?, ?, ?)"),
  };
  const rate = await rateOf(() => {
    for (let i = 0; i < findings.length; i += BATCH_MAX) {
      db.exec("BEGIN IMMEDIATE");
      for (const rows of findings.slice(i, i + BATCH_MAX)) {
        for (const { into, values } of rows) statements[into].run(...values);
      }
      db.exec("COMMIT");
    }
  });
  db.close();
  return rate;
}
