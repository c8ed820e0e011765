import { ephorError } from "../error.ts";
import { err, type Result } from "../result.ts";
import { parseTimestamp } from "../time.ts";
import type { BadRecord, CheckedPage } from "./check-page.ts";
import { type CheckpointError, type OpenedCheckpoint, openCheckpoint } from "./checkpoint.ts";
import { equalBytes, toBase64 } from "./hash.ts";
import { LeafWalk, type StoredTiles } from "./leaf-walk.ts";
import type { VerifierKey } from "./ledger-key.ts";
import { parseLedgerHead } from "./sequence.ts";

type Stream<T> = AsyncIterable<T> | Iterable<T>;

/** A checkpoint as a store holds it: the signed note, and the size (null: none that could be) and time it stands under. */
export type StoredNote = { readonly note: string; readonly size: number | null; readonly signedAt: string };

/** A log as it is stored: in a data folder, a bundle, or behind a URL. All parts as of one moment. */
export type LedgerSource = {
  readonly origin: string;
  /** The log's present and former keys. */
  readonly keys: readonly VerifierKey[];
  /** All records from the first on, checked each by itself (`checkPage`). */
  readonly pages: Stream<CheckedPage>;
  /** Signed notes by ascending size, bare or as rows of a store. None is left out for being larger than the log. */
  readonly checkpoints: Stream<string | StoredNote>;
  /** The stored head, as it was read; null where a store has none that should have one. */
  readonly head?: unknown;
  /** The stored hashes. With them a changed record is named itself, without them the range between two checkpoints. */
  readonly tiles?: StoredTiles;
};

/**
 * `records`: how many were found good, up to the first bad one; `decisions`: how many of them say what a person decided,
 * each signed by a key of the log; `checkpoint`: the newest that they bear out;
 * `unsigned`: how many of the good records come after it, which nothing but the stored head vouches for.
 */
export type LedgerReport = {
  readonly ok: boolean;
  readonly records: number;
  readonly decisions: number;
  readonly unsigned: number;
  readonly checkpoint: {
    readonly origin: string;
    readonly size: number;
    readonly root: string;
    readonly keyIds: readonly string[];
  } | null;
  readonly firstBad?: BadRecord;
};

/**
 * Recomputes a whole log from its records: every leaf, every stored hash, every signed root and the head; streaming, in
 * memory that grows with the decisions of people alone. Stops at the first record that is bad, and names it.
 *
 * What it shows: the records up to `checkpoint.size` are, in this order, those that were signed, each one valid by the
 * schema; those after it only agree with the stored head. A log with records and no checkpoint is not ok: nothing shows
 * that it is whole. Integrity is not completeness: what was never recorded is not missed.
 */
export async function verifyLedger(source: LedgerSource): Promise<LedgerReport> {
  const walk = new LeafWalk(source.pages, source.tiles);
  const signed = await verifySigned(source, walk);
  const firstBad =
    signed.bad ?? (await walk.advance(Number.POSITIVE_INFINITY)) ?? endFault(source, walk, signed.newest);
  return {
    ok: firstBad === undefined,
    records: walk.range.size,
    decisions: walk.decisions,
    unsigned: Math.max(0, walk.range.size - (signed.newest?.size ?? 0)),
    checkpoint: signed.newest ? summaryOf(signed.newest) : null,
    ...(firstBad && { firstBad }),
  };
}

type Signed = { readonly newest?: OpenedCheckpoint; readonly bad?: BadRecord };

/** Walks from checkpoint to checkpoint. */
async function verifySigned({ checkpoints, origin, keys }: LedgerSource, walk: LeafWalk): Promise<Signed> {
  let newest: OpenedCheckpoint | undefined;
  const stop = (bad: BadRecord): Signed => ({ bad, ...(newest && { newest }) });
  for await (const stored of checkpoints) {
    const seq = newest?.size ?? 0;
    const opened = openStored(stored, { origin, keys });
    if (!opened.ok) return stop({ seq, kind: "checkpoint", message: opened.error.message });
    const { size, root } = opened.value;
    if (size < seq) return stop({ seq, kind: "checkpoint", message: `a checkpoint of ${size} after one of ${seq}` });
    const bad = await walk.advance(size);
    if (bad !== undefined) return stop(bad);
    if (!equalBytes(walk.range.root(), root)) return stop(rootFault({ from: seq, size }));
    newest = opened.value;
  }
  return newest ? { newest } : {};
}

/** Opens a note, whose own size is the one that counts: the row that holds it must say the same. */
function openStored(
  stored: string | StoredNote,
  log: Pick<LedgerSource, "origin" | "keys">,
): Result<OpenedCheckpoint, CheckpointError> {
  if (typeof stored === "string") return openCheckpoint(stored, log);
  const opened = openCheckpoint(stored.note, log);
  if (!opened.ok) return opened;
  const { size } = opened.value;
  const refuse = (message: string) => err(ephorError("ledger.invalid", `checkpoint: ${message}`));
  if (stored.size !== size) return refuse(`it is stored under size ${stored.size} and was signed for ${size}`);
  if (parseTimestamp(stored.signedAt) === undefined) return refuse("the time that is stored with it is none");
  return opened;
}

function rootFault({ from, size }: { from: number; size: number }): BadRecord {
  if (from === size) return { seq: from, kind: "checkpoint", message: `two signed roots for ${size} records disagree` };
  const message = `these records do not give the root that was signed for ${size}`;
  return { seq: from, lastSeq: size - 1, kind: "root", message };
}

function endFault(
  { head }: LedgerSource,
  { range }: LeafWalk,
  newest: OpenedCheckpoint | undefined,
): BadRecord | undefined {
  const seq = range.size;
  if (head === null) return { seq, kind: "head", message: "there is no stored head" };
  if (head !== undefined) {
    const parsed = parseLedgerHead(head);
    if (!parsed.ok) return { seq, kind: "head", message: parsed.error.message };
    const { size, root } = parsed.value;
    if (size > seq)
      return { seq, lastSeq: size - 1, kind: "missing", message: `the stored head counts ${size} records` };
    if (size < seq)
      return { seq: size, kind: "head", message: `the stored head counts ${size} records, there are ${seq}` };
    if (root !== toBase64(range.root())) {
      return {
        seq: newest?.size ?? 0,
        lastSeq: seq - 1,
        kind: "head",
        message: "these records do not give the stored head",
      };
    }
  }
  if (seq > 0 && newest === undefined) return { seq: 0, kind: "unsigned", message: "no checkpoint covers the records" };
  return undefined;
}

const summaryOf = ({ origin, size, root, signedBy }: OpenedCheckpoint) => ({
  origin,
  size,
  root: toBase64(root),
  keyIds: signedBy.map(({ id }) => id),
});
