import { isJsonObject } from "../json.ts";
import { leafHash } from "./hash.ts";
import { parseLeaf, sealedFault } from "./open-record.ts";

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
 * `private` a value beside it is not the one that was sealed; `leaf` it is not what the stored tree holds at that place;
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

/** Consecutive records from `from` on that are each good in themselves, as far as they go: `bad` comes after them. */
export type CheckedPage = {
  readonly from: number;
  readonly ids: readonly string[];
  readonly hashes: readonly Uint8Array[];
  readonly bad?: BadRecord;
};

/**
 * Checks stored records each by itself, `from` being the place of the first. Every record is parsed, compared with its
 * canonical form and schema, and every value beside it with its commitment: none is sampled. Needs nothing but its
 * argument, so that pages can be checked in several threads and joined by `verifyLedger`.
 */
export function checkPage(
  entries: readonly StoredEntry[],
  { from, tenant }: { from: number; tenant: string },
): CheckedPage {
  const ids: string[] = [];
  const hashes: Uint8Array[] = [];
  for (const entry of entries) {
    const bad = entryFault(entry, { seq: from + hashes.length, tenant });
    if (bad !== undefined) return { from, ids, hashes, bad };
    ids.push(entry.id);
    hashes.push(leafHash(entry.leaf));
  }
  return { from, ids, hashes };
}

/** Checks the records of a log from the first on, page by page, up to the first bad one. */
export async function* checkPages(
  pages: AsyncIterable<readonly StoredEntry[]> | Iterable<readonly StoredEntry[]>,
  { tenant }: { tenant: string },
): AsyncGenerator<CheckedPage> {
  let from = 0;
  for await (const entries of pages) {
    const page = checkPage(entries, { from, tenant });
    yield page;
    if (page.bad !== undefined) return;
    from += page.hashes.length;
  }
}

function entryFault(entry: StoredEntry, { seq, tenant }: { seq: number; tenant: string }): BadRecord | undefined {
  const bad = (kind: BadKind, message: string): BadRecord => ({ seq, id: entry.id, kind, message });
  if (entry.seq > seq)
    return { seq, kind: "missing", message: `record ${seq} is not there; the next one is ${entry.seq}` };
  if (entry.seq < seq) return bad("order", `expected record ${seq}, got ${entry.seq}`);
  const leaf = parseLeaf(entry.leaf);
  if (!leaf.ok) return bad("record", `${leaf.error.path ?? "the leaf"}: ${leaf.error.message}`);
  if (leaf.value.tenant !== tenant) return bad("identity", `it is of tenant ${leaf.value.tenant}, expected ${tenant}`);
  if (leaf.value.id !== entry.id) return bad("identity", `its leaf has the id ${leaf.value.id}`);
  if (entry.sealed === null) return undefined;
  if (!isJsonObject(entry.sealed)) return bad("private", "the values beside it are not an object");
  const fault = sealedFault(leaf.value, entry.sealed);
  return fault && bad("private", `${fault.path ?? ""}: ${fault.message}`);
}
