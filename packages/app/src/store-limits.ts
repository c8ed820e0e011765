import { type EphorError, EphorException, ephorError } from "@ephor/domain/error";
import { LEAF_BYTES_MAX, type SealedRecord } from "@ephor/domain/ledger/record";
import { assertNever, err, ok, type Result } from "@ephor/domain/result";
import type { Condition, IndexKey, ItemInput, Key, Query, Write, WriteError } from "./ports.ts";
import { INDEX_NAMES } from "./store-indexes.ts";
import { sizeBound, sizeOf, storedText } from "./write-size.ts";

/*
 * What every store refuses, before any I/O, so that no adapter is kinder than another. The figures are DynamoDB's:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */

/** UTF-8 bytes of `pk` and of `sk`, in the table and in each index. */
export const KEY_BYTES_MAX = 1_024;
export const ITEM_BYTES_MAX = 400 * 1_024;
export const TRANSACTION_BYTES_MAX = 4 * 1_024 * 1_024;
export const TRANSACTION_WRITES_MAX = 100;
export const QUERY_LIMIT_MAX = 1_000;
export const BLOB_BYTES_MAX = 6 * 1_024 * 1_024;
/** Names of counted fields stand as attributes of their own on DynamoDB. */
export const COUNTER_FIELD = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Partition keys that begin so belong to the adapters themselves (ledger records). */
export const RESERVED_PREFIX = "$";

type Refusal = EphorError<"store.too-large" | "store.invalid"> | undefined;

const invalid = (path: string, message: string): Refusal => ephorError("store.invalid", message, { path });
const tooLarge = (path: string, message: string): Refusal => ephorError("store.too-large", message, { path });

/** Paths are put together only where something is refused: these checks run for every write there is. */
const under = (path: string, refusal: Refusal): Refusal =>
  refusal && { ...refusal, path: `${path}${refusal.path ?? ""}` };

/**
 * Checks a transaction against every limit. Gives, for each write, the JSON text of what it stores (`data` of a put,
 * `sealed` of an append, else empty), since it had to be made in order to be measured.
 */
export function checkWrites(writes: readonly Write[]): Result<readonly string[], WriteError> {
  const count = writes.length;
  if (count === 0) return refused(invalid("", "a transaction has at least 1 write, got 0"));
  if (count > TRANSACTION_WRITES_MAX) {
    return refused(tooLarge("", `a transaction has at most ${TRANSACTION_WRITES_MAX} writes, got ${count}`));
  }
  const texts: string[] = [];
  let bound = 0;
  for (let i = 0; i < count; i++) {
    const write = writes[i];
    if (write === undefined) continue;
    const text = storedText(write);
    if (text === undefined) return refused(invalid(`/${i}`, "the data nests too deeply to be written as JSON"));
    const refusal = checkWrite(write) ?? checkSize(write, text) ?? checkDistinct(writes, i);
    if (refusal !== undefined) return refused(under(`/${i}`, refusal));
    texts.push(text);
    bound += sizeBound(write, text);
  }
  return bound <= TRANSACTION_BYTES_MAX ? ok(texts) : checkTotal(writes, texts);
}

const refused = (refusal: Refusal): Result<never, WriteError> =>
  err(refusal ?? ephorError("store.invalid", "the transaction is refused"));

export function checkKey({ pk, sk }: IndexKey): Refusal {
  if (pk.startsWith(RESERVED_PREFIX)) {
    return invalid("/pk", `a partition key does not begin with ${RESERVED_PREFIX}: those are the store's own`);
  }
  return checkIndexKey({ pk, sk });
}

export function checkIncrement(change: { key: Key; field: string; by: number }): Refusal {
  return checkKey(change.key) ?? checkCount(change);
}

export function checkQuery({ limit, after, from, to, index, pk }: Query): Refusal {
  if (!Number.isInteger(limit) || limit < 1 || limit > QUERY_LIMIT_MAX) {
    return invalid("/limit", `a limit is a whole number from 1 to ${QUERY_LIMIT_MAX}, got ${limit}`);
  }
  const bounds =
    under("/pk", checkPart(pk)) ??
    (from === undefined ? undefined : under("/from", checkPart(from))) ??
    (to === undefined ? undefined : under("/to", checkPart(to)));
  if (bounds !== undefined || after === undefined) return bounds;
  const place = index === undefined ? after : after.at;
  if (place?.pk !== pk) return invalid("/after", "the position is not one of the range that is queried");
  return under("/after", checkKey(after) ?? checkIndexKey(place));
}

export function checkBlob(blob: { id: string; bytes?: Uint8Array; expiresAt?: number }): Refusal {
  const size = blob.bytes?.length ?? 0;
  if (size > BLOB_BYTES_MAX) return tooLarge("/bytes", `a blob has at most ${BLOB_BYTES_MAX} bytes, got ${size}`);
  return under("/id", checkPart(blob.id)) ?? checkExpiry(blob.expiresAt);
}

/** For reads, whose answer has no place for an error: a refused argument is the caller's bug. */
export function assertAccepted(refusal: Refusal): void {
  if (refusal !== undefined) throw new EphorException(refusal);
}

function checkWrite(write: Write): Refusal {
  switch (write.kind) {
    case "put":
      return under("/item", checkItem(write.item)) ?? checkCondition(write.when);
    case "delete":
    case "check":
      return under("/key", checkKey(write.key)) ?? checkCondition(write.when);
    case "increment":
      return under("/key", checkKey(write.key)) ?? checkCount(write);
    case "append":
      return under("/record", checkRecord(write.record));
    default:
      return assertNever(write);
  }
}

function checkItem(item: ItemInput): Refusal {
  if (!Number.isSafeInteger(item.v) || item.v < 1) return invalid("/v", `v is a whole number from 1, got ${item.v}`);
  const refusal = checkKey(item) ?? checkExpiry(item.expiresAt);
  if (refusal !== undefined || item.indexes === undefined) return refusal;
  for (const name of INDEX_NAMES) {
    const key = item.indexes[name];
    const wrong = key && checkIndexKey(key);
    if (wrong !== undefined) return under(`/indexes/${name}`, wrong);
  }
  return undefined;
}

const checkIndexKey = ({ pk, sk }: IndexKey): Refusal => under("/pk", checkPart(pk)) ?? under("/sk", checkPart(sk));

function checkPart(part: string): Refusal {
  if (part === "") return invalid("", "a key has at least one character");
  // A lone surrogate has no UTF-8, and two of them would be the same key.
  if (!part.isWellFormed()) return invalid("", "a key is well-formed Unicode");
  // UTF-8 takes at most three bytes for a UTF-16 code unit, so that short keys need no count.
  const bytes = part.length * 3 <= KEY_BYTES_MAX ? 0 : Buffer.byteLength(part);
  return bytes <= KEY_BYTES_MAX ? undefined : tooLarge("", `a key has at most ${KEY_BYTES_MAX} bytes, got ${bytes}`);
}

function checkCondition(when: Condition): Refusal {
  if (when.kind !== "version" || (Number.isSafeInteger(when.version) && when.version >= 1)) return undefined;
  return invalid("/when/version", `a version is a whole number from 1, got ${when.version}`);
}

function checkExpiry(expiresAt: number | undefined): Refusal {
  if (expiresAt === undefined || (Number.isSafeInteger(expiresAt) && expiresAt >= 0)) return undefined;
  return invalid("/expiresAt", `an expiry is in whole epoch seconds, got ${expiresAt}`);
}

function checkCount(change: { field: string; by: number }): Refusal {
  if (!Number.isSafeInteger(change.by)) return invalid("/by", `a counter adds a whole number, got ${change.by}`);
  return COUNTER_FIELD.test(change.field) ? undefined : invalid("/field", `a field matches ${COUNTER_FIELD.source}`);
}

function checkRecord({ leaf, id }: SealedRecord): Refusal {
  if (leaf === "" || !leaf.isWellFormed()) return invalid("/leaf", "a leaf is canonical JSON");
  const bytes = leaf.length * 3 <= LEAF_BYTES_MAX ? 0 : Buffer.byteLength(leaf);
  if (bytes > LEAF_BYTES_MAX) return tooLarge("/leaf", `a leaf has at most ${LEAF_BYTES_MAX} bytes, got ${bytes}`);
  return under("/id", checkPart(id));
}

function checkSize(write: Write, text: string): Refusal {
  const bytes = sizeBound(write, text) <= ITEM_BYTES_MAX ? 0 : sizeOf(write, text);
  if (bytes <= ITEM_BYTES_MAX) return undefined;
  return tooLarge("", `an item has at most ${ITEM_BYTES_MAX} bytes with its keys, got ${bytes}`);
}

function checkTotal(writes: readonly Write[], texts: readonly string[]): Result<readonly string[], WriteError> {
  const bytes = writes.reduce((sum, write, i) => sum + sizeOf(write, texts[i] ?? ""), 0);
  if (bytes <= TRANSACTION_BYTES_MAX) return ok(texts);
  return refused(tooLarge("", `a transaction has at most ${TRANSACTION_BYTES_MAX} bytes, got ${bytes}`));
}

/** At most 100 writes: comparing pairs is quicker than a set of joined keys. */
function checkDistinct(writes: readonly Write[], at: number): Refusal {
  const write = writes[at];
  for (let i = 0; i < at; i++) {
    if (sameTarget(writes[i], write)) return invalid("", `a transaction names an item once, write ${i} names it too`);
  }
  return undefined;
}

function sameTarget(a: Write | undefined, b: Write | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.kind === "append" || b.kind === "append") {
    return a.kind === "append" && b.kind === "append" && sameRecord(a.record, b.record);
  }
  const one = a.kind === "put" ? a.item : a.key;
  const other = b.kind === "put" ? b.item : b.key;
  return one.sk === other.sk && one.pk === other.pk && one.tenant === other.tenant;
}

const sameRecord = (a: SealedRecord, b: SealedRecord): boolean => a.id === b.id && a.tenant === b.tenant;
