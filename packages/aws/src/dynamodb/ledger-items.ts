import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { StoredCheckpoint } from "@ephor/app/ports";
import { RESERVED_PREFIX } from "@ephor/app/store-limits";
import { isJsonObject } from "@ephor/domain/json";
import type { SealedRecord, SealedValues } from "@ephor/domain/ledger/record";
import type { LedgerHead, TileHash } from "@ephor/domain/ledger/sequence";
import { TILE_WIDTH } from "@ephor/domain/ledger/tiles";
import type { Tenant } from "@ephor/domain/tenant";
import { parseTimestamp } from "@ephor/domain/time";
import { type Attributes, number, tenantKey } from "./item-attributes.ts";
import { INDEX_ATTRIBUTES } from "./table-definition.ts";

/*
 * The ledger's items in the one table. Below the tenant:
 *
 *   $ledger#<id>              record       a record; `seq` once it has its place, until then an entry of the index `due`
 *   $log                      head         the tree head
 *   $log#0#<seq / 256>        <seq>        leaf hash and record id of one place: tile level 0
 *   $log#<level>#<index/256>  <index>      a hash of tile level 1 and above
 *   $checkpoint               <size>       a signed head
 *
 * All but the head are put once and never changed, except that a record is given its `seq`.
 */

export type TableKey = { readonly pk: AttributeValue; readonly sk: AttributeValue };
const keyOf = (tenant: Tenant, { pk, sk }: { pk: string; sk: string }) => ({
  pk: { S: tenantKey(tenant, `${RESERVED_PREFIX}${pk}`) },
  sk: { S: sk },
});

/** Whole numbers up to 2^53 as text that sorts like them. */
export const ordinal = (n: number): string => String(n).padStart(16, "0");

export const recordKey = (tenant: Tenant, id: string) => keyOf(tenant, { pk: `ledger#${id}`, sk: "record" });
export const headKey = (tenant: Tenant) => keyOf(tenant, { pk: "log", sk: "head" });
/** The partition that holds the hashes of one tile: `index` is that of a hash. */
export const tilePartition = (tenant: Tenant, { level, index }: { level: number; index: number }): string =>
  tenantKey(tenant, `${RESERVED_PREFIX}log#${level}#${Math.floor(index / TILE_WIDTH)}`);
export const checkpointPartition = (tenant: Tenant): string => tenantKey(tenant, `${RESERVED_PREFIX}checkpoint`);

/** Records without a place stand in the index `due` under this partition, oldest first. */
const PENDING = `${RESERVED_PREFIX}pending`;
export const pendingPartition = (tenant: Tenant): string => tenantKey(tenant, PENDING);

const { pk: DUE_PK, sk: DUE_SK } = INDEX_ATTRIBUTES.due;

export function pendingRecord(
  { tenant, id, leaf }: SealedRecord,
  { sealed, nowSeconds }: { sealed: string; nowSeconds: number },
): Attributes {
  return {
    ...recordKey(tenant, id),
    version: number(1),
    id: { S: id },
    leaf: { S: leaf },
    sealed: { S: sealed },
    [DUE_PK]: { S: pendingPartition(tenant) },
    [DUE_SK]: { S: `${ordinal(nowSeconds)}#${id}` },
  };
}

/** The update that gives a record its place, and takes it out of the index. It has to be there and without one. */
export const placeRecord = (table: string, { tenant, id, seq }: { tenant: Tenant; id: string; seq: number }) => ({
  TableName: table,
  Key: recordKey(tenant, id),
  UpdateExpression: `SET seq = :seq, version = version + :one REMOVE ${DUE_PK}, ${DUE_SK}`,
  ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(seq)",
  ExpressionAttributeValues: { ":seq": number(seq), ":one": number(1) },
});

const ABSENT = { ConditionExpression: "attribute_not_exists(pk)" } as const;

export const putPlace = (
  table: string,
  { tenant, seq, id, hash }: { tenant: Tenant; seq: number; id: string; hash: Uint8Array },
) => ({
  TableName: table,
  Item: {
    pk: { S: tilePartition(tenant, { level: 0, index: seq }) },
    sk: { S: ordinal(seq) },
    id: { S: id },
    hash: { B: hash },
  },
  ...ABSENT,
});

export const putTileHash = (table: string, { tenant, level, index, hash }: { tenant: Tenant } & TileHash) => ({
  TableName: table,
  Item: { pk: { S: tilePartition(tenant, { level, index }) }, sk: { S: ordinal(index) }, hash: { B: hash } },
  ...ABSENT,
});

/** The new head, on condition that the stored one is still `from`. */
export function putHead(table: string, { tenant, from, to }: { tenant: Tenant; from: LedgerHead; to: LedgerHead }) {
  const item = { ...headKey(tenant), size: number(to.size), root: { S: to.root }, frontier: listOf(to.frontier) };
  if (from.size === 0) return { TableName: table, Item: item, ...ABSENT };
  return { TableName: table, Item: item, ...headIs(from) };
}

export const headIs = ({ size, root }: Pick<LedgerHead, "size" | "root">) => ({
  ConditionExpression: "#size = :size AND #root = :root",
  ExpressionAttributeNames: { "#size": "size", "#root": "root" },
  ExpressionAttributeValues: { ":size": number(size), ":root": { S: root } },
});

const listOf = (texts: readonly string[]): AttributeValue => ({ L: texts.map((text) => ({ S: text })) });

/** As `parseLedgerHead` takes it. */
export const headFields = (item: Attributes): object => ({
  size: Number(item["size"]?.N),
  root: item["root"]?.S,
  frontier: (item["frontier"]?.L ?? []).map((one) => one.S),
});

export const putCheckpointForm = (
  table: string,
  { tenant, size, note, signedAt }: { tenant: Tenant } & StoredCheckpoint,
) => ({
  TableName: table,
  Item: {
    pk: { S: checkpointPartition(tenant) },
    sk: { S: ordinal(size) },
    size: number(size),
    note: { S: note },
    signedAt: { S: signedAt },
  },
  ...ABSENT,
});

export function checkpointOf(item: Attributes): StoredCheckpoint {
  const signedAt = parseTimestamp(item["signedAt"]?.S ?? "");
  if (signedAt === undefined) throw new Error("a stored checkpoint has no readable time");
  return { size: Number(item["size"]?.N), note: textOf(item, "note"), signedAt };
}

export type StoredRecord = {
  readonly id: string;
  readonly leaf: string;
  readonly sealed: SealedValues | null;
  readonly seq: number | null;
  /** Bytes that DynamoDB counts in a transaction, at most. */
  readonly bytes: number;
};

const ITEM_OVERHEAD_BYTES = 1_024;

export function recordOf(item: Attributes): StoredRecord {
  const [leaf, sealed, seq] = [textOf(item, "leaf"), item["sealed"]?.S, item["seq"]?.N];
  return {
    id: textOf(item, "id"),
    leaf,
    sealed: sealed === undefined ? null : sealedOf(sealed),
    seq: seq === undefined ? null : Number(seq),
    bytes: ITEM_OVERHEAD_BYTES + Buffer.byteLength(leaf) + Buffer.byteLength(sealed ?? ""),
  };
}

function sealedOf(text: string): SealedValues {
  const sealed: unknown = JSON.parse(text);
  if (!isSealed(sealed)) throw new Error("the values beside a record are not an object");
  return sealed;
}

/** Only the appended values are ever stored here; `open-record.ts` holds each against its commitment. */
const isSealed = (value: unknown): value is SealedValues => isJsonObject(value);

export function hashOf(item: Attributes): Uint8Array {
  const hash = item["hash"]?.B;
  if (hash === undefined) throw new Error("a stored hash is not binary");
  return hash;
}

export function textOf(item: Attributes, name: string): string {
  const text = item[name]?.S;
  if (text === undefined) throw new Error(`a stored ledger item has no readable ${name}`);
  return text;
}
