import { EphorException, ephorError } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import { LEAF_BYTES_MAX, type SealedRecord } from "@ephor/domain/ledger/record";
import { err, ok, type Result } from "@ephor/domain/result";
import type { IndexName, ItemInput, Key, Query, Write, WriteError } from "./ports.ts";

/*
 * What every store refuses, before any I/O, so that no adapter is kinder than another. The figures are DynamoDB's:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */

export const INDEX_NAMES = ["byTime", "byResource", "byOpen", "due"] as const satisfies readonly IndexName[];

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

/** Attribute names, numbers and per-item bookkeeping beside keys and JSON text, on the safe side. */
const ITEM_OVERHEAD_BYTES = 512;

type Refusal = WriteError | undefined;

const invalid = (path: string, message: string): WriteError => ephorError("store.invalid", message, { path });
const tooLarge = (path: string, message: string): WriteError => ephorError("store.too-large", message, { path });

/**
 * Checks a transaction against every limit. Gives, for each write, the JSON text of what it stores (`data` of a put,
 * `sealed` of an append, else empty), since it had to be made in order to be measured.
 */
export function checkWrites(writes: readonly Write[]): Result<readonly string[], WriteError> {
  if (writes.length === 0) return err(invalid("", "a transaction has at least 1 write, got 0"));
  if (writes.length > TRANSACTION_WRITES_MAX) {
    return err(tooLarge("", `a transaction has at most ${TRANSACTION_WRITES_MAX} writes, got ${writes.length}`));
  }
  const texts: string[] = [];
  let bytes = 0;
  for (const [i, write] of writes.entries()) {
    const text = jsonText(storedBy(write));
    if (text === undefined) return err(invalid(`/${i}`, "the data nests too deeply to be written as JSON"));
    const itemBytes = sizeOf(write, text);
    const refusal = checkWrite(write, `/${i}`) ?? checkSize(itemBytes, `/${i}`) ?? checkDistinct(writes, i);
    if (refusal !== undefined) return err(refusal);
    texts.push(text);
    bytes += itemBytes;
  }
  if (bytes <= TRANSACTION_BYTES_MAX) return ok(texts);
  return err(tooLarge("", `a transaction has at most ${TRANSACTION_BYTES_MAX} bytes, got ${bytes}`));
}

export function checkKey(key: Key): Refusal {
  return checkPart(key.pk, "/pk") ?? checkPart(key.sk, "/sk") ?? checkReserved(key.pk, "");
}

export function checkIncrement(change: { key: Key; field: string; by: number }): Refusal {
  return checkKey(change.key) ?? checkCount(change, "");
}

export function checkQuery(query: Query): Refusal {
  const { limit, after, from, to, index, pk } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > QUERY_LIMIT_MAX) {
    return invalid("/limit", `a limit is a whole number from 1 to ${QUERY_LIMIT_MAX}, got ${limit}`);
  }
  const bounds =
    checkPart(pk, "/pk") ??
    (from === undefined ? undefined : checkPart(from, "/from")) ??
    (to === undefined ? undefined : checkPart(to, "/to"));
  if (bounds !== undefined || after === undefined) return bounds;
  const place = index === undefined ? after : after.at;
  if (place?.pk !== pk) return invalid("/after", "the position is not one of the range that is queried");
  return checkKey({ tenant: query.tenant, pk: after.pk, sk: after.sk }) ?? checkPart(place.sk, "/after/at/sk");
}

export function checkBlob(blob: { id: string; bytes?: Uint8Array; expiresAt?: number }): Refusal {
  const size = blob.bytes?.length ?? 0;
  if (size > BLOB_BYTES_MAX) return tooLarge("/bytes", `a blob has at most ${BLOB_BYTES_MAX} bytes, got ${size}`);
  return checkPart(blob.id, "/id") ?? checkExpiry(blob.expiresAt, "");
}

/** For reads, whose answer has no place for an error: a refused argument is the caller's bug. */
export function assertAccepted(refusal: Refusal): void {
  if (refusal !== undefined) throw new EphorException(refusal);
}

function checkWrite(write: Write, path: string): Refusal {
  switch (write.kind) {
    case "put":
      return checkItem(write.item, `${path}/item`) ?? checkCondition(write.when, path);
    case "delete":
    case "check":
      return checkKeyAt(write.key, `${path}/key`) ?? checkCondition(write.when, path);
    case "increment":
      return checkKeyAt(write.key, `${path}/key`) ?? checkCount(write, path);
    case "append":
      return checkRecord(write.record, `${path}/record`);
  }
}

function checkItem(item: ItemInput, path: string): Refusal {
  if (!Number.isSafeInteger(item.v) || item.v < 1) return invalid(`${path}/v`, "v is a whole number from 1");
  const refusal = checkKeyAt(item, path) ?? checkExpiry(item.expiresAt, path);
  if (refusal !== undefined || item.indexes === undefined) return refusal;
  for (const name of INDEX_NAMES) {
    const key = item.indexes[name];
    if (key === undefined) continue;
    const wrong = checkPart(key.pk, `${path}/indexes/${name}/pk`) ?? checkPart(key.sk, `${path}/indexes/${name}/sk`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

const checkKeyAt = (key: Key, path: string): Refusal =>
  checkPart(key.pk, `${path}/pk`) ?? checkPart(key.sk, `${path}/sk`) ?? checkReserved(key.pk, path);

function checkReserved(pk: string, path: string): Refusal {
  if (!pk.startsWith(RESERVED_PREFIX)) return undefined;
  return invalid(`${path}/pk`, `a partition key does not begin with ${RESERVED_PREFIX}: those are the store's own`);
}

function checkPart(part: string, path: string): Refusal {
  if (part === "") return invalid(path, "a key has at least one character");
  // A lone surrogate has no UTF-8, and two of them would be the same key.
  if (!part.isWellFormed()) return invalid(path, "a key is well-formed Unicode");
  // UTF-8 takes at most three bytes for a UTF-16 code unit, so that short keys need no count.
  if (part.length * 3 <= KEY_BYTES_MAX) return undefined;
  const bytes = Buffer.byteLength(part);
  if (bytes <= KEY_BYTES_MAX) return undefined;
  return tooLarge(path, `a key has at most ${KEY_BYTES_MAX} bytes, got ${bytes}`);
}

function checkCondition(when: { kind: string; version?: number }, path: string): Refusal {
  if (when.kind !== "version" || (Number.isSafeInteger(when.version) && Number(when.version) >= 1)) return undefined;
  return invalid(`${path}/when/version`, `a version is a whole number from 1, got ${when.version}`);
}

function checkExpiry(expiresAt: number | undefined, path: string): Refusal {
  if (expiresAt === undefined || (Number.isSafeInteger(expiresAt) && expiresAt >= 0)) return undefined;
  return invalid(`${path}/expiresAt`, `an expiry is in whole epoch seconds, got ${expiresAt}`);
}

function checkCount(change: { field: string; by: number }, path: string): Refusal {
  if (!Number.isSafeInteger(change.by)) return invalid(`${path}/by`, `a counter adds a whole number, got ${change.by}`);
  if (COUNTER_FIELD.test(change.field)) return undefined;
  return invalid(`${path}/field`, `a counted field matches ${COUNTER_FIELD.source}`);
}

function checkRecord(record: SealedRecord, path: string): Refusal {
  const bytes = Buffer.byteLength(record.leaf);
  if (bytes > LEAF_BYTES_MAX)
    return tooLarge(`${path}/leaf`, `a leaf has at most ${LEAF_BYTES_MAX} bytes, got ${bytes}`);
  if (bytes === 0 || !record.leaf.isWellFormed()) return invalid(`${path}/leaf`, "a leaf is canonical JSON");
  return checkPart(record.id, `${path}/id`);
}

function checkSize(bytes: number, path: string): Refusal {
  if (bytes <= ITEM_BYTES_MAX) return undefined;
  return tooLarge(path, `an item has at most ${ITEM_BYTES_MAX} bytes with its keys, got ${bytes}`);
}

/** At most 100 writes: comparing pairs is quicker than a set of joined keys. */
function checkDistinct(writes: readonly Write[], at: number): Refusal {
  const write = writes[at];
  for (let i = 0; i < at; i++) {
    if (sameTarget(writes[i], write)) return invalid(`/${at}`, `a transaction names an item once, /${i} names it too`);
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

function storedBy(write: Write): object | undefined {
  if (write.kind === "put") return write.item.data;
  return write.kind === "append" ? write.record.sealed : undefined;
}

/** Undefined where the nesting exhausts the stack. */
function jsonText(value: object | undefined): string | undefined {
  if (value === undefined) return "";
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** An upper bound of what DynamoDB counts for the item. */
function sizeOf(write: Write, text: string): number {
  if (write.kind === "append") {
    return (
      ITEM_OVERHEAD_BYTES + Buffer.byteLength(text) + Buffer.byteLength(write.record.leaf) + write.record.id.length
    );
  }
  const { pk, sk } = write.kind === "put" ? write.item : write.key;
  const bytes = ITEM_OVERHEAD_BYTES + Buffer.byteLength(pk) + Buffer.byteLength(sk) + Buffer.byteLength(text);
  if (write.kind !== "put") return bytes;
  return bytes + countersBytes(write.item.data) + indexBytes(write.item);
}

/** Whole numbers stand a second time, as attributes (at most 21 bytes and the name). */
function countersBytes(data: JsonObject): number {
  let bytes = 0;
  for (const field in data) if (typeof data[field] === "number") bytes += 24 + 3 * field.length;
  return bytes;
}

function indexBytes(item: ItemInput): number {
  if (item.indexes === undefined) return 0;
  let bytes = 0;
  for (const name of INDEX_NAMES) {
    const key = item.indexes[name];
    if (key !== undefined) bytes += 100 + Buffer.byteLength(key.pk) + Buffer.byteLength(key.sk);
  }
  return bytes;
}
