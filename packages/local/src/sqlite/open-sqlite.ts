import type { DatabaseSync } from "node:sqlite";
import type { Blobs, Clock, LedgerStore, Log, Store } from "@ephor/app/ports";
import { EphorException } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { epochMsOf } from "@ephor/domain/time";
import { type Backup, backupStore } from "./backup-store.ts";
import { Checkpointer } from "./checkpointer.ts";
import { type CommitListener, GroupCommit } from "./group-commit.ts";
import type { Migrated } from "./migrate.ts";
import { openDatabase, openDatabaseReadOnly } from "./open-database.ts";
import { Sequencer } from "./sequencer.ts";
import { sqliteBlobs } from "./sqlite-blobs.ts";
import { type OpenError, openErrorOf } from "./sqlite-error.ts";
import { sqliteItems } from "./sqlite-items.ts";
import { sqliteLedger } from "./sqlite-ledger.ts";
import { prepareAll } from "./statements.ts";
import { storedLedger } from "./stored-ledger.ts";
import { storedTenants } from "./stored-tenants.ts";

export type SqliteStore = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly ledger: LedgerStore;
  /** Every tenant that has a ledger or work waiting here (stored-tenants.ts). */
  tenants(): readonly Tenant[];
  /** Schema versions before and after this start; equal unless it migrated. */
  readonly migrated: Migrated;
  /** Hears of all writes after their COMMIT, in commit order, a batch at a time. Gives what ends it. */
  onCommit(listener: CommitListener): () => void;
  /** Deletes at most `limit` expired items and as many blobs; gives how many there were. */
  sweepExpired(limit: number): Promise<number>;
  /** Copies the store into `dir` while it is in use (backup-store.ts). */
  backup(dir: string): Promise<Result<Backup, OpenError>>;
  /** Commits what waits, then closes the file. Later calls fail with `store.unavailable`. */
  close(): void;
};

/** What can be read without being the one writer: all of it as of the moment of opening. */
export type SqliteReader = {
  readonly ledger: Omit<LedgerStore, "putCheckpoint">;
  /** The same ledgers unparsed, for a verifier. */
  readonly stored: ReturnType<typeof storedLedger>;
  readonly close: () => void;
};

const SWEEP = {
  items: `DELETE FROM items WHERE rowid IN
    (SELECT rowid FROM items WHERE expires_at IS NOT NULL AND expires_at <= ? LIMIT ?)`,
  blobs: `DELETE FROM blobs WHERE rowid IN
    (SELECT rowid FROM blobs WHERE expires_at IS NOT NULL AND expires_at <= ? LIMIT ?)`,
};

/**
 * Opens the one store of a node, in the SQLite file `file`, creating folder and file or migrating where needed.
 * Errors, each with the path and what to do: `store.locked` (another node), `store.corrupt` (no or somebody else's
 * database, damage), `store.newer-version`, `node.data-unwritable`, `store.unavailable`.
 */
export function openSqlite({
  file,
  clock,
  log,
}: {
  file: string;
  clock: Clock;
  log?: Log;
}): Result<SqliteStore, OpenError> {
  const opened = openDatabase({ file });
  if (!opened.ok) return opened;
  const { db, migrated, release } = opened.value;
  const nowSeconds = () => Math.floor(epochMsOf(clock.now()) / 1000);
  const sequencer = new Sequencer(db);
  const checkpointer = new Checkpointer({ db, file, log });
  const commits = new GroupCommit({ db, file, sequencer, nowSeconds, log, checkpointer });
  return ok({
    store: sqliteItems(db, { file, commits, sequencer, nowSeconds }),
    blobs: sqliteBlobs(db, { file, commits, nowSeconds }),
    ledger: sqliteLedger(db, { file, sequencer }),
    tenants: storedTenants(db),
    migrated,
    onCommit: (listener) => commits.listen(listener),
    sweepExpired: sweeper(db, commits),
    backup: (dir) => backupStore({ file, dir }),
    close() {
      if (!db.isOpen) return;
      commits.close();
      checkpointer.close();
      db.close();
      release();
    },
  });
}

/** Opens the ledgers of a store for reading, beside a running node or without one. Errors as `openSqlite`. */
export function openSqliteReadOnly(file: string): Result<SqliteReader, OpenError> {
  const opened = openDatabaseReadOnly(file);
  if (!opened.ok) return opened;
  const db = opened.value;
  try {
    // One read transaction to the end: head, records and checkpoints must be of one moment to be held against each other.
    db.exec("BEGIN");
    db.prepare("SELECT 1 FROM ledger_heads").get();
    const { putCheckpoint: _, ...ledger } = sqliteLedger(db, { file, sequencer: new Sequencer(db) });
    return ok({ ledger, stored: storedLedger(db), close: () => db.close() });
  } catch (cause) {
    db.close();
    return err(openErrorOf(cause, file));
  }
}

function sweeper(db: DatabaseSync, commits: GroupCommit) {
  const statements = prepareAll(db, SWEEP);
  return async (limit: number): Promise<number> => {
    const done = await commits.run({
      writes: [],
      apply: (now) => {
        const items = statements.items.run(now, limit).changes;
        return ok(Number(items) + Number(statements.blobs.run(now, limit).changes));
      },
    });
    if (!done.ok) throw new EphorException(done.error);
    return done.value;
  };
}
