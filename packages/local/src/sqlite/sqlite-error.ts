import { type EphorError, EphorException, ephorError } from "@ephor/domain/error";

/** Primary result codes, https://www.sqlite.org/rescode.html */
const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

export type OpenError = EphorError<
  "store.corrupt" | "store.locked" | "store.newer-version" | "store.unavailable" | "node.data-unwritable"
>;

/** The primary result code of an error thrown by node:sqlite; undefined for anything else. */
export function resultCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}

/** Why a store file cannot be opened, with what to do about it. */
export function openErrorOf(cause: unknown, file: string): OpenError {
  const about = { path: file, cause };
  switch (resultCodeOf(cause)) {
    case NOTADB:
      return ephorError("store.corrupt", "the file is not an Ephor store: move it away or restore a backup", about);
    case CORRUPT:
      return ephorError("store.corrupt", "the store is damaged: restore the newest backup", about);
    case BUSY:
      return lockedError(file, cause);
    case READONLY:
    case CANTOPEN:
      return unwritableError(file, cause);
    default:
      return ephorError("store.unavailable", `the store cannot be opened: ${messageOf(cause)}`, about);
  }
}

export const lockedError = (file: string, cause?: unknown): OpenError =>
  ephorError("store.locked", "another node uses this store: stop it, or give this one a data folder of its own", {
    path: file,
    cause,
  });

export const unwritableError = (file: string, cause: unknown): OpenError =>
  ephorError("node.data-unwritable", "the store cannot be written: check the folder, its owner and mode", {
    path: file,
    cause,
  });

/** A failure while the store is in use. Retryable; the message says what an operator can do where that is known. */
export function failureOf(cause: unknown, file: string): EphorError<"store.unavailable"> {
  const advice = ADVICE[resultCodeOf(cause) ?? 0] ?? messageOf(cause);
  return ephorError("store.unavailable", `the store failed: ${advice}`, { path: file, cause });
}

export const unavailable = (cause: unknown, file: string): EphorException =>
  cause instanceof EphorException ? cause : new EphorException(failureOf(cause, file));

const ADVICE: Readonly<Record<number, string>> = {
  [FULL]: "the disk is full",
  [IOERR]: "the disk cannot be read or written",
  [CORRUPT]: "the file is damaged, restore the newest backup",
  [READONLY]: "the file is read-only",
};

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
