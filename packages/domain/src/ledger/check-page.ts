import { isJsonObject } from "../json.ts";
import { decisionFault, isDecision } from "./decision-record.ts";
import { leafHash } from "./hash.ts";
import type { VerifierKey } from "./ledger-key.ts";
import { parseLeaf, sealedFault } from "./open-record.ts";
import type { LeafRecord } from "./record-schema.ts";

/** A stored record: `seq` its place, `leaf` what the tree holds, `sealed` the values beside it as they are stored, null once all are erased. */
export type StoredEntry = {
  readonly seq: number;
  readonly id: string;
  readonly leaf: string;
  readonly sealed: unknown;
};

/**
 * What can be wrong with a log, in the order in which it is looked for at one place:
 * `missing` a record (or the end of the log) is not there; `order` a record stands twice or before its place;
 * `record` it is not canonical, or not a record by the schema; `identity` it is of another tenant or id;
 * `private` a value beside it is not the one that was sealed; `decision` it says what a person decided, and no key of the
 * log signed that, or the log holds that decision already; `leaf` it is not what the stored tree holds at that place;
 * `tree` a stored hash does not follow from the leaves below it; `root` the leaves do not give the root that was signed;
 * `checkpoint` a checkpoint is not one of this log, or stands under another size; `head` the stored head is gone, is none,
 * or is not that of the records; `unsigned` there are records and no checkpoint, or no key.
 */
export type BadKind =
  | "missing"
  | "order"
  | "record"
  | "identity"
  | "private"
  | "decision"
  | "leaf"
  | "tree"
  | "root"
  | "checkpoint"
  | "head"
  | "unsigned";

/** The first bad record: `seq`, or somewhere from `seq` to `lastSeq` where the proof at hand says no more. */
export type BadRecord = {
  readonly seq: number;
  readonly lastSeq?: number;
  readonly id?: string;
  readonly kind: BadKind;
  readonly message: string;
};

/** Where a decision stands, and which one it is: `number` counts those of its approval from 1. */
export type PlacedDecision = { readonly seq: number; readonly approvalId: string; readonly number: number };

/** Consecutive records from `from` on that are each good in themselves, as far as they go: `bad` comes after them. */
export type CheckedPage = {
  readonly from: number;
  readonly ids: readonly string[];
  readonly hashes: readonly Uint8Array[];
  /** Those that say what a person decided, each signed. That none stands twice shows in the whole log alone. */
  readonly decisions: readonly PlacedDecision[];
  readonly bad?: BadRecord;
};

type Log = { readonly tenant: string; readonly keys: readonly VerifierKey[] };

/**
 * Checks stored records each by itself, `from` being the place of the first. Every record is parsed, compared with its
 * canonical form and schema, every value beside it with its commitment, and every decision with its signature by one of
 * `keys`, the log's present and former ones: none is sampled. Needs nothing but its arguments, so that pages can be checked in several threads and joined by `verifyLedger`.
 */
export function checkPage(entries: readonly StoredEntry[], { from, ...log }: Log & { from: number }): CheckedPage {
  const ids: string[] = [];
  const decisions: PlacedDecision[] = [];
  const hashes: Uint8Array[] = [];
  for (const entry of entries) {
    const seq = from + hashes.length;
    const checked = checkEntry(entry, { ...log, seq });
    if ("bad" in checked) return { from, ids, hashes, decisions, bad: checked.bad };
    if (checked.decision !== undefined) decisions.push(checked.decision);
    ids.push(entry.id);
    hashes.push(leafHash(entry.leaf));
  }
  return { from, ids, hashes, decisions };
}

/** Checks the records of a log from the first on, page by page, up to the first bad one. */
export async function* checkPages(
  pages: AsyncIterable<readonly StoredEntry[]> | Iterable<readonly StoredEntry[]>,
  log: Log,
): AsyncGenerator<CheckedPage> {
  let from = 0;
  for await (const entries of pages) {
    const page = checkPage(entries, { ...log, from });
    yield page;
    if (page.bad !== undefined) return;
    from += page.hashes.length;
  }
}

type Checked = { readonly decision: PlacedDecision | undefined } | { readonly bad: BadRecord };

function checkEntry(entry: StoredEntry, { seq, tenant, keys }: Log & { readonly seq: number }): Checked {
  const bad = (kind: BadKind, message: string): Checked => ({ bad: { seq, id: entry.id, kind, message } });
  if (entry.seq > seq)
    return { bad: { seq, kind: "missing", message: `record ${seq} is not there; the next one is ${entry.seq}` } };
  if (entry.seq < seq) return bad("order", `expected record ${seq}, got ${entry.seq}`);
  const leaf = parseLeaf(entry.leaf);
  if (!leaf.ok) return bad("record", `${leaf.error.path ?? "the leaf"}: ${leaf.error.message}`);
  if (leaf.value.tenant !== tenant) return bad("identity", `it is of tenant ${leaf.value.tenant}, expected ${tenant}`);
  if (leaf.value.id !== entry.id) return bad("identity", `its leaf has the id ${leaf.value.id}`);
  const beside = besideFault(leaf.value, entry.sealed);
  if (beside !== undefined) return bad("private", beside);
  if (!isDecision(leaf.value)) return { decision: undefined };
  const unsigned = decisionFault(leaf.value, keys);
  if (unsigned !== undefined) return bad("decision", unsigned);
  return { decision: { seq, approvalId: leaf.value.this, number: leaf.value.decision_number ?? 0 } };
}

function besideFault(leaf: LeafRecord, sealed: unknown): string | undefined {
  if (sealed === null) return undefined;
  if (!isJsonObject(sealed)) return "the values beside it are not an object";
  const fault = sealedFault(leaf, sealed);
  return fault && `${fault.path ?? ""}: ${fault.message}`;
}
