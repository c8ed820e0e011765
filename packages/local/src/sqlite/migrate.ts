import { rmSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Migration } from "./migrations.ts";
import type { OpenError } from "./sqlite-error.ts";

/** `from` is 0 for a store that was just created. */
export type Migrated = { readonly from: number; readonly to: number };

/**
 * Runs the migrations that a store lacks, in one transaction, after a copy of the file as `<file>.v<n>.backup` beside
 * it (none for a new store). Nothing happens to a store that is up to date; a newer one is refused.
 */
export function migrate(
  db: DatabaseSync,
  { file, migrations }: { file: string; migrations: readonly Migration[] },
): Result<Migrated, OpenError> {
  const newest = migrations.at(-1)?.version ?? 0;
  const version = schemaVersion(db);
  if (version === undefined) {
    const message = "the file is a database, but not an Ephor store: give another data folder";
    return err(ephorError("store.corrupt", message, { path: file }));
  }
  if (version > newest) {
    const message = `the store has version ${version}, this Ephor knows versions up to ${newest}: run a newer Ephor`;
    return err(ephorError("store.newer-version", message, { path: file }));
  }
  const missing = migrations.filter((migration) => migration.version > version);
  if (missing.length === 0) return ok({ from: version, to: version });
  if (version > 0) copyBeside(db, `${file}.v${version}.backup`);
  runAll(db, missing);
  return ok({ from: version, to: newest });
}

/** 0 for an empty database; undefined for one that is somebody else's. */
export function schemaVersion(db: DatabaseSync): number | undefined {
  const known = db
    .prepare("SELECT count(*) AS tables, sum(name = 'schema_version') AS versions FROM sqlite_schema")
    .get();
  if (known?.["tables"] === 0) return 0;
  if (known?.["versions"] !== 1) return undefined;
  const row = db.prepare("SELECT version FROM schema_version").get();
  return typeof row?.["version"] === "number" ? row["version"] : undefined;
}

function copyBeside(db: DatabaseSync, copy: string): void {
  // A copy that is there already is of the same version: an earlier attempt at this migration made it.
  rmSync(copy, { force: true });
  db.prepare("VACUUM INTO ?").run(copy);
}

function runAll(db: DatabaseSync, migrations: readonly Migration[]): void {
  db.exec("BEGIN EXCLUSIVE");
  try {
    for (const { version, sql } of migrations) {
      db.exec(sql);
      db.prepare("UPDATE schema_version SET version = ?").run(version);
    }
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}
