import { type EphorError, ephorError } from "../error.ts";
import { err, ok, type Result } from "../result.ts";
import { fromBase64, HASH_BYTES, toBase64 } from "./hash.ts";
import type { LedgerKey, VerifierKey } from "./ledger-key.ts";
import { openNote, signNote } from "./note.ts";

/**
 * A tree head as C2SP tlog-checkpoint has it: the log's `origin`, its `size` in leaves, the RFC 6962 `root`.
 * `extensions` are further lines, opaque; Ephor writes none and keeps those it reads.
 */
export type Checkpoint = {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly extensions?: readonly string[];
};

/** A checkpoint that keys of the log have signed. */
export type OpenedCheckpoint = Required<Checkpoint> & { readonly signedBy: readonly VerifierKey[] };

export type CheckpointError = EphorError<"ledger.invalid">;
const checkpointError = (message: string): CheckpointError => ephorError("ledger.invalid", `checkpoint: ${message}`);

const LINE = /^[^\n]+$/;
const SIZE = /^(0|[1-9]\d{0,15})$/;

/** The text that is signed. */
export function formatCheckpoint({ origin, size, root, extensions = [] }: Checkpoint): string {
  if (!Number.isSafeInteger(size) || size < 0) throw new Error(`not a tree size: ${size}`);
  if (root.length !== HASH_BYTES) throw new Error(`a root has ${HASH_BYTES} bytes, got ${root.length}`);
  const lines = [origin, String(size), toBase64(root), ...extensions];
  if (!lines.every((line) => LINE.test(line))) throw new Error("every line of a checkpoint is a line and not empty");
  return `${lines.join("\n")}\n`;
}

export function parseCheckpoint(text: string): Result<Required<Checkpoint>, CheckpointError> {
  if (!text.endsWith("\n")) return err(checkpointError("expected a line feed at the end"));
  const lines = text.slice(0, -1).split("\n");
  const [origin = "", size = "", base64 = "", ...extensions] = lines;
  if (!lines.every((line) => LINE.test(line))) return err(checkpointError("an empty line"));
  if (!SIZE.test(size) || !Number.isSafeInteger(Number(size)))
    return err(checkpointError("line 2: expected a tree size"));
  const root = fromBase64(base64);
  if (root?.length !== HASH_BYTES) return err(checkpointError("line 3: expected a root, base64 of 32 bytes"));
  return ok({ origin, size: Number(size), root, extensions });
}

/** The checkpoint as a note signed by every one of `keys`. */
export const signCheckpoint = (checkpoint: Checkpoint, keys: readonly LedgerKey[]): string =>
  signNote(formatCheckpoint(checkpoint), keys);

/**
 * The checkpoint of the log `origin` in a note that one of `keys` has signed. `keys` are the log's present and former
 * ones. Error: `ledger.invalid`, saying whether signature, origin or content was wrong.
 */
export function openCheckpoint(
  note: string,
  { origin, keys }: { origin: string; keys: readonly VerifierKey[] },
): Result<OpenedCheckpoint, CheckpointError> {
  const opened = openNote(note, keys);
  if (!opened.ok) return opened;
  const parsed = parseCheckpoint(opened.value.text);
  if (!parsed.ok) return parsed;
  if (parsed.value.origin !== origin) {
    return err(checkpointError(`it is of ${parsed.value.origin.slice(0, 100)}, expected ${origin}`));
  }
  return ok({ ...parsed.value, signedBy: opened.value.signedBy });
}
