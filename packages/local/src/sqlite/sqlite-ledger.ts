import type { DatabaseSync } from "node:sqlite";
import type { LedgerEntry, LedgerStore, StoredCheckpoint, WriteError } from "@ephor/app/ports";
import { EphorException, ephorError } from "@ephor/domain/error";
import { isJsonObject } from "@ephor/domain/json";
import type { SealedValues } from "@ephor/domain/ledger/record";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { parseTimestamp } from "@ephor/domain/time";
import { type Row, text, whole } from "./item-rows.ts";
import type { Sequencer } from "./sequencer.ts";
import { unavailable } from "./sqlite-error.ts";
import { prepareAll } from "./statements.ts";

const ENTRY = `SELECT r.seq, r.id, r.leaf, s.sealed FROM ledger_records r
  LEFT JOIN ledger_sealed s ON s.tenant = r.tenant AND s.seq = r.seq WHERE r.tenant = ?`;
const CHECKPOINT = "SELECT size, note, signed_at FROM ledger_checkpoints WHERE tenant = ?";

const SQL = {
  entries: `${ENTRY} AND r.seq >= ? ORDER BY r.seq LIMIT ?`,
  entry: `${ENTRY} AND r.id = ?`,
  leafHashes: "SELECT leaf_hash AS hash FROM ledger_records WHERE tenant = ? AND seq >= ? ORDER BY seq LIMIT ?",
  hashes: "SELECT hash FROM ledger_hashes WHERE tenant = ? AND level = ? AND idx >= ? ORDER BY idx LIMIT ?",
  newest: `${CHECKPOINT} ORDER BY size DESC LIMIT 1`,
  after: `${CHECKPOINT} AND size > ? ORDER BY size LIMIT ?`,
  put: "INSERT INTO ledger_checkpoints (tenant, size, note, signed_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
};

const ENTRIES_MAX = 1_000;
const HASHES_MAX = 256;

/** The ledger as it stands in `db`. `putCheckpoint` needs a database that can be written. */
export function sqliteLedger(
  db: DatabaseSync,
  { file, sequencer }: { file: string; sequencer: Sequencer },
): LedgerStore {
  const statements = prepareAll(db, SQL);

  async function reading<T>(read: () => T): Promise<T> {
    try {
      return read();
    } catch (cause) {
      throw unavailable(cause, file);
    }
  }

  /*
   * Done at once and not in the next batch, whose records would move the head away from the one that was signed.
   * No batch is under way here: each runs without a pause.
   */
  function putCheckpoint(checkpoint: { tenant: Tenant } & StoredCheckpoint): Result<void, WriteError> {
    const { tenant, size, note, signedAt } = checkpoint;
    const head = sequencer.head(tenant);
    const [, notedSize, notedRoot] = note.split("\n", 3);
    if (size !== head.size || notedSize !== String(size) || notedRoot !== head.root) {
      const message = `the checkpoint is of size ${size}, the stored head is at ${head.size}: sign the stored head`;
      return err(ephorError("store.conflict", message));
    }
    if (statements.put.run(tenant, size, note, signedAt).changes === 1) return ok(undefined);
    const isSame = statements.newest.get(tenant)?.["note"] === note;
    return isSame ? ok(undefined) : err(ephorError("store.conflict", `a checkpoint of size ${size} is already stored`));
  }

  return {
    head: (tenant) => reading(() => sequencer.head(tenant)),
    entries: ({ tenant, from, limit }) =>
      reading(() => {
        assertRange({ from, count: limit, max: ENTRIES_MAX });
        return statements.entries.all(tenant, from, limit).map(entryOf);
      }),
    entry: ({ tenant, id }) =>
      reading(() => {
        const row = statements.entry.get(tenant, id);
        return row && entryOf(row);
      }),
    hashes: ({ tenant, level, from, count }) =>
      reading(() => {
        assertRange({ from, count, max: HASHES_MAX });
        const rows =
          level === 0
            ? statements.leafHashes.all(tenant, from, count)
            : statements.hashes.all(tenant, level, from, count);
        return rows.map(hashOf);
      }),
    checkpoint: (tenant) =>
      reading(() => {
        const row = statements.newest.get(tenant);
        return row && checkpointOf(row);
      }),
    checkpoints: ({ tenant, afterSize, limit }) =>
      reading(() => {
        assertRange({ from: afterSize, count: limit, max: ENTRIES_MAX });
        return statements.after.all(tenant, afterSize, limit).map(checkpointOf);
      }),
    putCheckpoint: (checkpoint) => reading(() => putCheckpoint(checkpoint)),
  };
}

function assertRange({ from, count, max }: { from: number; count: number; max: number }): void {
  if (Number.isSafeInteger(from) && from >= 0 && Number.isInteger(count) && count >= 1 && count <= max) return;
  const message = `a range begins at 0 or later and holds 1 to ${max}, got ${count} from ${from}`;
  throw new EphorException(ephorError("store.invalid", message));
}

const entryOf = (row: Row): LedgerEntry => ({
  seq: whole(row, "seq"),
  id: text(row, "id"),
  leaf: text(row, "leaf"),
  sealed: typeof row["sealed"] === "string" ? sealedOf(row["sealed"]) : null,
});

function sealedOf(text: string): SealedValues {
  const sealed: unknown = JSON.parse(text);
  if (!isSealed(sealed)) throw new Error("the values beside a record are not an object");
  return sealed;
}

/** Only the appended values are ever stored here; `open-record.ts` holds each against its commitment. */
const isSealed = (value: unknown): value is SealedValues => isJsonObject(value);

function hashOf(row: Row): Uint8Array {
  const hash = row["hash"];
  if (hash instanceof Uint8Array) return hash;
  throw new Error("a stored hash is not a blob");
}

function checkpointOf(row: Row): StoredCheckpoint {
  const signedAt = parseTimestamp(text(row, "signed_at"));
  if (signedAt === undefined) throw new Error("a stored checkpoint has no readable time");
  return { size: whole(row, "size"), note: text(row, "note"), signedAt };
}
