import type { DatabaseSync } from "node:sqlite";
import type { StoredEntry } from "@ephor/domain/ledger/check-page";
import type { StoredNote } from "@ephor/domain/ledger/verify";
import { type Row, text, whole } from "./item-rows.ts";
import { prepareAll } from "./statements.ts";

/** A row that stands where the log has no place for one: `seq` is the place, or that of the first leaf below a hash. */
export type Stray = { readonly of: "records" | "sealed" | "hashes"; readonly seq: number };

const PAGE = 1_000;
const HASHES_MAX = 256;
const TABLES = ["ledger_records", "ledger_sealed", "ledger_hashes", "ledger_heads", "ledger_checkpoints"];

/** Steps from name to name through a table's key, so that its rows are not read. */
const namesIn = (table: string): string => `SELECT name FROM (WITH RECURSIVE names (name) AS (
  SELECT min(tenant) FROM ${table} UNION ALL
  SELECT (SELECT min(tenant) FROM ${table} WHERE tenant > name) FROM names WHERE name IS NOT NULL)
  SELECT name FROM names WHERE name IS NOT NULL)`;

/** A number that JavaScript holds exactly, or null: SQLite has larger ones, and the driver throws on them. */
const counted = (column: string): string =>
  `CASE WHEN ${column} BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER} THEN ${column} END AS ${column}`;

const outside = (table: string): string => `SELECT CAST(min(seq) AS REAL) AS seq FROM ${table}
  WHERE tenant = :tenant AND seq < 0 UNION ALL
  SELECT CAST(min(seq) AS REAL) FROM ${table} WHERE tenant = :tenant AND seq >= :size`;

const SQL = {
  tenants: `${TABLES.map(namesIn).join(" UNION ")} ORDER BY name`,
  head: `SELECT ${counted("size")}, root, frontier FROM ledger_heads WHERE tenant = ?`,
  entries: `SELECT r.seq, r.id, r.leaf, s.sealed FROM ledger_records r
    LEFT JOIN ledger_sealed s ON s.tenant = r.tenant AND s.seq = r.seq
    WHERE r.tenant = ? AND r.seq >= ? AND r.seq < ? ORDER BY r.seq LIMIT ${PAGE}`,
  leafHashes: "SELECT leaf_hash AS hash FROM ledger_records WHERE tenant = ? AND seq >= ? ORDER BY seq LIMIT ?",
  hashes: "SELECT hash FROM ledger_hashes WHERE tenant = ? AND level = ? AND idx >= ? ORDER BY idx LIMIT ?",
  notes: `SELECT ${counted("size")}, note, signed_at FROM ledger_checkpoints c WHERE tenant = ? ORDER BY c.size`,
  records: outside("ledger_records"),
  sealed: outside("ledger_sealed"),
  strayHashes: `SELECT CAST(level AS REAL) AS level, CAST(idx AS REAL) AS idx FROM ledger_hashes WHERE tenant = :tenant
    AND (level < 1 OR level > 6 OR idx < 0 OR idx >= (:size >> (8 * level))) ORDER BY ledger_hashes.level LIMIT 1`,
};

/**
 * The ledgers as they lie in `db`, for a verifier to judge: nothing is refused here for being unreadable. Text that
 * should be JSON and is not is handed out as text, a size that is none as null.
 */
export function storedLedger(db: DatabaseSync) {
  const statements = prepareAll(db, SQL);
  const first = (rows: readonly Row[]): number | undefined => rows.map(({ seq }) => seq).find(isNumber);

  return {
    /** Every name under which anything is stored, be it a tenant's or not. */
    tenants: (): readonly string[] => statements.tenants.all().map((row) => text(row, "name")),

    /** Undefined where there is none. */
    head(tenant: string): unknown {
      const row = statements.head.get(tenant);
      return row && { ...row, frontier: jsonOf(text(row, "frontier")) };
    },

    /** The records with 0 <= seq < `size`, a thousand at a time. */
    *pages({ tenant, size }: { tenant: string; size: number }): Generator<readonly StoredEntry[]> {
      for (let from = 0; ; ) {
        const entries = statements.entries.all(tenant, from, size).map(entryOf);
        const last = entries.at(-1);
        if (last === undefined) return;
        yield entries;
        from = last.seq + 1;
      }
    },

    hashes(range: { tenant: string; level: number; from: number; count: number }): readonly Uint8Array[] {
      const { tenant, level, from, count } = range;
      if (count > HASHES_MAX) throw new Error(`at most ${HASHES_MAX} hashes at once, got ${count}`);
      const rows =
        level === 0
          ? statements.leafHashes.all(tenant, from, count)
          : statements.hashes.all(tenant, level, from, count);
      return rows.map(({ hash }) => (hash instanceof Uint8Array ? hash : new Uint8Array()));
    },

    *notes(tenant: string): Generator<StoredNote> {
      for (const row of statements.notes.iterate(tenant)) {
        const size = isNumber(row["size"]) ? row["size"] : null;
        yield { size, note: text(row, "note"), signedAt: text(row, "signed_at") };
      }
    },

    /** What stands outside a log of `size` records, the first row of each kind. */
    strays({ tenant, size }: { tenant: string; size: number }): readonly Stray[] {
      const of = { tenant, size };
      const found: Stray[] = [];
      for (const table of ["records", "sealed"] as const) {
        const seq = first(statements[table].all(of));
        if (seq !== undefined) found.push({ of: table, seq });
      }
      const hash = statements.strayHashes.get(of);
      if (hash !== undefined) found.push({ of: "hashes", seq: whole(hash, "idx") * 256 ** whole(hash, "level") });
      return found;
    },
  };
}

const entryOf = (row: Row): StoredEntry => ({
  seq: whole(row, "seq"),
  id: text(row, "id"),
  leaf: text(row, "leaf"),
  sealed: typeof row["sealed"] === "string" ? jsonOf(row["sealed"]) : null,
});

/** The value of JSON text; the text itself where it is none or says null, which is no value of any column here. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) ?? text;
  } catch {
    return text;
  }
}

const isNumber = (value: unknown): value is number => typeof value === "number";
