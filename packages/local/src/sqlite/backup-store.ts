import { createHash } from "node:crypto";
import { createReadStream, existsSync, realpathSync, statSync } from "node:fs";
import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { backup, type DatabaseSync } from "node:sqlite";
import { ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { assertSound, openDatabaseReadOnly, openUnchanging } from "./open-database.ts";
import { failureOf, type OpenError, unwritableError } from "./sqlite-error.ts";

/** `file` is the copy, `<file>.sha256` its checksum in the form that `sha256sum -c` reads. */
export type Backup = { readonly file: string; readonly sha256: string; readonly pages: number };

/** Pages copied between two looks at the event loop; the copying itself is done on another thread. */
const PAGES_A_STEP = 1_024;
/** What a node has in its data folder beside the store, and a folder of copies has not. */
const OF_A_DATA_FOLDER = ["ledger-key.pem", "cursor-key", "link-key", "admin-token"];

/**
 * Copies the store at `file` into the folder `dir` under its own name while it is in use: the copy is of one moment,
 * whatever is written meanwhile. It is read back and checked before it takes its name; an older copy is replaced
 * only then. A data folder, this store's or another node's, is refused as `dir` with `node.data-unwritable`: the copy
 * would take the place of a store that is in use, beside a write-ahead log that is not its own.
 */
export async function backupStore({ file, dir }: { file: string; dir: string }): Promise<Result<Backup, OpenError>> {
  const source = openDatabaseReadOnly(file);
  if (!source.ok) return source;
  const target = join(dir, basename(file));
  try {
    if (isDataFolder(dir, file)) return err(dataFolderError(dir));
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return ok(await copyTo(target, source.value));
  } catch (cause) {
    return err(backupError(cause, target));
  } finally {
    source.value.close();
  }
}

function isDataFolder(dir: string, file: string): boolean {
  const name = basename(file);
  const signs = [`${name}.lock`, ...OF_A_DATA_FOLDER];
  if (signs.some((sign) => existsSync(join(dir, sign)))) return true;
  // Whoever only reads a copy leaves an empty one.
  if ((statSync(join(dir, `${name}-wal`), { throwIfNoEntry: false })?.size ?? 0) > 0) return true;
  const below = relative(realpathSync(dirname(file)), realPathOf(resolve(dir)));
  return below !== ".." && !below.startsWith(`..${sep}`);
}

/** Also of a path that is not there yet: what of it is there may be a link. */
function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realPathOf(dirname(path)), basename(path));
}

const dataFolderError = (dir: string): OpenError =>
  ephorError("node.data-unwritable", `${dir} is a data folder, or inside one; name another for the copy`, {
    path: dir,
  });

async function copyTo(target: string, source: DatabaseSync): Promise<Backup> {
  const partial = `${target}.partial`;
  try {
    await writeFile(partial, "", { mode: 0o600 });
    const pages = await copySnapshot(source, partial);
    assertWhole(partial, pages);
    const sha256 = await sha256Of(partial);
    await publish({ partial, target, sha256 });
    return { file: target, sha256, pages };
  } finally {
    await rm(partial, { force: true });
  }
}

/** A copy with pages missing, or that cannot be opened, is none. */
function assertWhole(copy: string, pages: number): void {
  const db = openUnchanging(copy);
  try {
    const found = db.prepare("PRAGMA page_count").get()?.["page_count"];
    if (found !== pages) throw new Error(`the copy has ${found} pages of ${pages}`);
    assertSound(db, copy);
  } finally {
    db.close();
  }
}

/** In a read transaction of its own, so that commits meanwhile neither show in the copy nor start it again. */
async function copySnapshot(source: DatabaseSync, target: string): Promise<number> {
  source.exec("BEGIN");
  source.prepare("SELECT version FROM schema_version").get();
  return backup(source, target, { rate: PAGES_A_STEP });
}

async function publish({
  partial,
  target,
  sha256,
}: {
  partial: string;
  target: string;
  sha256: string;
}): Promise<void> {
  const checksum = `${target}.sha256`;
  await writeFile(`${checksum}.partial`, `${sha256}  ${basename(target)}\n`, { mode: 0o600 });
  await flush(partial);
  await flush(`${checksum}.partial`);
  await rename(partial, target);
  await rename(`${checksum}.partial`, checksum);
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}

function backupError(cause: unknown, target: string): OpenError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const isRefused =
    code === "EACCES" || code === "EROFS" || code === "ENOTDIR" || code === "EEXIST" || code === "ENOENT";
  return isRefused ? unwritableError(target, cause) : failureOf(cause, target);
}
