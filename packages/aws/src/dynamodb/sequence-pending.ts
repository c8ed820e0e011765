import { type TransactWriteItem, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { EphorException, ephorError } from "@ephor/domain/error";
import { isJsonObject } from "@ephor/domain/json";
import { leafHash } from "@ephor/domain/ledger/hash";
import { type LedgerHead, sequence } from "@ephor/domain/ledger/sequence";
import type { Tenant } from "@ephor/domain/tenant";
import { callDynamodb, cancellationReasons } from "./call-dynamodb.ts";
import type { DynamodbDeps } from "./dynamodb-store.ts";
import {
  pendingPartition,
  placeRecord,
  putHead,
  putPlace,
  putTileHash,
  type StoredRecord,
  textOf,
} from "./ledger-items.ts";
import { queryRange, readHead, readRecords } from "./ledger-reads.ts";
import { INDEX_ATTRIBUTES } from "./table-definition.ts";

/** Two items a record, the head, and a tile hash a level (four below 2^40 records): within the 100 items of a transaction. */
const BATCH_RECORDS_MAX = 47;
/** Below the 4 MB of a transaction, whose count of bytes is not documented to the byte. */
const BATCH_BYTES_MAX = 3 * 1_024 * 1_024;
const PAGE = 1_000;
/** A batch is read again whenever another sequencer was quicker; each time somebody made progress. */
const RACES_MAX = 25;

/**
 * Gives every record of `tenant` that is without a place the next one of its log: `ids`, which the stream names, and those
 * that the index `due` lists, which may lag. Each batch is one transaction on condition that the head is still the one that
 * was built upon, so that any number of sequencers may run at once or die at any moment: nothing is placed twice, nothing
 * lost, and what is left is taken up by the next run. At most some 1,000 records a call beside `ids`.
 */
export async function sequencePending(
  d: DynamodbDeps,
  { tenant, ids = [] }: { tenant: Tenant; ids?: readonly string[] },
): Promise<{ readonly sequenced: number }> {
  const listed = await listPending(d, tenant);
  let waiting = await readWaiting(d, { tenant, ids: [...new Set([...ids, ...listed])] });
  let sequenced = 0;
  for (let races = 0; waiting.length > 0; ) {
    const batch = batchOf(waiting);
    if (await place(d, { tenant, batch })) {
      sequenced += batch.length;
      waiting = waiting.slice(batch.length);
      races = 0;
      continue;
    }
    races += 1;
    if (races > RACES_MAX)
      throw new EphorException(ephorError("store.throttled", `the head of ${tenant} never stood still`));
    waiting = await readWaiting(d, { tenant, ids: waiting.map(({ id }) => id) });
  }
  return { sequenced };
}

async function listPending(d: DynamodbDeps, tenant: Tenant): Promise<readonly string[]> {
  const { pk } = INDEX_ATTRIBUTES.due;
  const items = await queryRange(d, {
    limit: PAGE,
    IndexName: "due",
    KeyConditionExpression: `${pk} = :pk`,
    ExpressionAttributeValues: { ":pk": { S: pendingPartition(tenant) } },
    ProjectionExpression: "id",
  });
  return items.map((item) => textOf(item, "id"));
}

/** Those of `ids` that have no place yet, in the order of their times. */
async function readWaiting(
  d: DynamodbDeps,
  of: { tenant: Tenant; ids: readonly string[] },
): Promise<readonly StoredRecord[]> {
  const records = [...(await readRecords(d, of)).values()].filter(({ seq }) => seq === null);
  const timed = records.map((record) => ({ record, order: `${timeOf(record.leaf)} ${record.id}` }));
  return timed.sort((a, b) => (a.order < b.order ? -1 : 1)).map(({ record }) => record);
}

/** The time that a record states; what follows from another is stated later. */
function timeOf(leaf: string): string {
  const record: unknown = JSON.parse(leaf);
  const time = isJsonObject(record) ? record["time"] : undefined;
  return typeof time === "string" ? time : "";
}

function batchOf(waiting: readonly StoredRecord[]): readonly StoredRecord[] {
  let bytes = 0;
  const end = waiting.findIndex((record, i) => {
    bytes += record.bytes;
    return i > 0 && (i >= BATCH_RECORDS_MAX || bytes > BATCH_BYTES_MAX);
  });
  return end === -1 ? waiting : waiting.slice(0, end);
}

type Batch = { readonly tenant: Tenant; readonly batch: readonly StoredRecord[] };

/** False where the head or a record was not as it was read: another sequencer was quicker. */
async function place(d: DynamodbDeps, { tenant, batch }: Batch): Promise<boolean> {
  const head = await readHead(d, tenant);
  const command = new TransactWriteItemsCommand({
    TransactItems: writesOf(d.table, { tenant, batch, head }),
    ClientRequestToken: Buffer.from(d.random.bytes(16)).toString("hex"),
  });
  try {
    await callDynamodb(d, { isRepeatable: true, send: (abortSignal) => d.client.send(command, { abortSignal }) });
    return true;
  } catch (cause) {
    const reasons = cancellationReasons(cause);
    if (reasons?.some(({ Code: code }) => code === "ConditionalCheckFailed")) return false;
    if (reasons === undefined) throw cause;
    const told = reasons
      .map(({ Code: code, Message: message }) => `${code}: ${message}`)
      .find((text) => !text.startsWith("None"));
    throw new EphorException(ephorError("store.invalid", `DynamoDB refused to sequence: ${told}`, { cause }));
  }
}

function writesOf(table: string, { tenant, batch, head }: Batch & { head: LedgerHead }): TransactWriteItem[] {
  const leaves = batch.map(({ leaf }) => leafHash(leaf));
  const next = sequence(head, leaves);
  return [
    { Put: putHead(table, { tenant, from: head, to: next.head }) },
    ...batch.flatMap(({ id }, i): TransactWriteItem[] => {
      const seq = head.size + i;
      const hash = leaves[i] ?? new Uint8Array();
      return [{ Update: placeRecord(table, { tenant, id, seq }) }, { Put: putPlace(table, { tenant, seq, id, hash }) }];
    }),
    ...next.hashes.map((hash) => ({ Put: putTileHash(table, { tenant, ...hash }) })),
  ];
}
