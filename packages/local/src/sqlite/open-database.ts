import { closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { type Migrated, migrate, schemaVersion } from "./migrate.ts";
import { MIGRATIONS, type Migration } from "./migrations.ts";
import { lockedError, type OpenError, openErrorOf, resultCodeOf, unwritableError } from "./sqlite-error.ts";

export type OpenDatabase = { readonly db: DatabaseSync; readonly migrated: Migrated; readonly release: () => void };

/** Checking costs a read of the whole file, so after a crash only stores up to this size are checked as a whole. */
const CHECKED_BYTES_MAX = 64 * 1024 * 1024;

/*
 * Pages of 8 KiB and a checkpoint every 64 MiB of log (checkpointer.ts; SQLite's own at 128 MiB stands in for it) halve the writes of batches with random keys. FULL makes every
 * commit durable. Recursive triggers: REPLACE, too, must not delete a ledger record.
 */
export const STORE_PRAGMAS = `
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 16384;
PRAGMA journal_size_limit = 67108864;
PRAGMA cache_size = -32768;
PRAGMA temp_store = MEMORY;
PRAGMA recursive_triggers = ON;
PRAGMA trusted_schema = OFF;
`;

const BUSY_TIMEOUT_MS = 5_000;
const BUSY = 5;
const CANTOPEN = 14;

/**
 * Opens the store at `file` for the one writer, creating or migrating it where needed; folder and file are private to
 * the user. The lock ends with the process, also when it is killed.
 */
export function openDatabase({
  file,
  migrations = MIGRATIONS,
}: {
  file: string;
  migrations?: readonly Migration[];
}): Result<OpenDatabase, OpenError> {
  const prepared = prepareFile(file);
  if (!prepared.ok) return prepared;
  const lock = takeLock(file);
  if (!lock.ok) return lock;
  const opened = openLocked(file, migrations);
  if (!opened.ok) {
    lock.value.close();
    return opened;
  }
  return ok({ ...opened.value, release: () => lock.value.close() });
}

/** Opens the store beside a running node or without one; sees what was committed before each read. */
export function openDatabaseReadOnly(file: string): Result<DatabaseSync, OpenError> {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) {
    return err(ephorError("store.unavailable", "there is no store here: check the data folder", { path: file }));
  }
  let db: DatabaseSync | undefined;
  try {
    db = openForReading(file);
    const version = schemaVersion(db);
    const newest = MIGRATIONS.at(-1)?.version ?? 0;
    if (version === newest) return ok(db);
    db.close();
    return err(wrongVersion({ version, newest, file }));
  } catch (cause) {
    db?.close();
    return err(openErrorOf(cause, file));
  }
}

/** A store in a read-only folder has no place for the shared index of its log; without a log it needs none. */
function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    db.prepare("SELECT 1 FROM sqlite_schema").get();
    return db;
  } catch (error) {
    db.close();
    if (resultCodeOf(error) !== CANTOPEN || logBytes(file) > 0) throw error;
    return openUnchanging(file);
  }
}

/** Opens a file that nobody writes to, without a lock or a file beside it. */
export function openUnchanging(file: string): DatabaseSync {
  const url = pathToFileURL(file);
  url.searchParams.set("immutable", "1");
  return new DatabaseSync(url, { readOnly: true });
}

function wrongVersion({
  version,
  newest,
  file,
}: {
  version: number | undefined;
  newest: number;
  file: string;
}): OpenError {
  if (version === undefined || version === 0) {
    return ephorError("store.corrupt", "the file is a database, but not an Ephor store", { path: file });
  }
  if (version > newest) {
    const message = `the store has version ${version}, this Ephor knows versions up to ${newest}: run a newer Ephor`;
    return ephorError("store.newer-version", message, { path: file });
  }
  const message = `the store has version ${version}, this Ephor reads ${newest}: start the node once to upgrade it`;
  return ephorError("store.unavailable", message, { path: file });
}

function prepareFile(file: string): Result<void, OpenError> {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, "a", 0o600));
    return ok(undefined);
  } catch (cause) {
    return err(unwritableError(file, cause));
  }
}

/** An exclusive transaction, never ended, on a small file beside the store. Readers of the store do not need it. */
function takeLock(file: string): Result<DatabaseSync, OpenError> {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(`${file}.lock`);
    lock.exec("BEGIN EXCLUSIVE");
    return ok(lock);
  } catch (cause) {
    lock?.close();
    return err(resultCodeOf(cause) === BUSY ? lockedError(file, cause) : openErrorOf(cause, `${file}.lock`));
  }
}

function openLocked(
  file: string,
  migrations: readonly Migration[],
): Result<{ db: DatabaseSync; migrated: Migrated }, OpenError> {
  const wasUnclean = logBytes(file) > 0;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: false });
    db.exec(STORE_PRAGMAS);
    if (wasUnclean) assertSound(db, file);
    const migrated = migrate(db, { file, migrations });
    if (migrated.ok) return ok({ db, migrated: migrated.value });
    db.close();
    return migrated;
  } catch (cause) {
    db?.close();
    return err(openErrorOf(cause, file));
  }
}

/** A clean end removes the log, so what is left of one means a crash. */
const logBytes = (file: string): number => statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;

/** Throws where a store that is small enough to be read as a whole is damaged. */
export function assertSound(db: DatabaseSync, file: string): void {
  if (statSync(file).size > CHECKED_BYTES_MAX) return;
  const found = db.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
  if (found !== "ok") throw Object.assign(new Error(String(found)), { errcode: 11 });
}
