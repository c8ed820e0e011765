import { TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import type { LedgerEntry, LedgerStore, StoredCheckpoint, WriteError } from "@ephor/app/ports";
import { EphorException, ephorError } from "@ephor/domain/error";
import { TILE_WIDTH } from "@ephor/domain/ledger/tiles";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { callDynamodb, cancellationReasons } from "./call-dynamodb.ts";
import type { DynamodbDeps } from "./dynamodb-store.ts";
import type { Attributes } from "./item-attributes.ts";
import {
  checkpointOf,
  checkpointPartition,
  hashOf,
  headIs,
  headKey,
  ordinal,
  putCheckpointForm,
  textOf,
  tilePartition,
} from "./ledger-items.ts";
import { queryRange, readHead, readRecords } from "./ledger-reads.ts";

const ENTRIES_MAX = 1_000;
const HASHES_MAX = 256;
const LAST = ordinal(Number.MAX_SAFE_INTEGER);

/** The ledger as `sequencePending` leaves it in the table. Every read is strongly consistent. */
export function dynamodbLedger(d: DynamodbDeps): LedgerStore {
  return {
    head: (tenant) => readHead(d, tenant),
    async entries({ tenant, from, limit }) {
      assertRange({ from, count: limit, max: ENTRIES_MAX });
      return readEntries(d, { tenant, from, limit });
    },
    async entry({ tenant, id }) {
      const record = (await readRecords(d, { tenant, ids: [id] })).get(id);
      if (record === undefined) return undefined;
      const { bytes: _, ...entry } = record;
      return entry;
    },
    async hashes({ tenant, level, from, count }) {
      assertRange({ from, count, max: HASHES_MAX });
      return (await readPlaces(d, { tenant, level, from, count })).map(hashOf);
    },
    async checkpoint(tenant) {
      const [newest] = await readCheckpoints(d, { tenant, from: ordinal(0), limit: 1, isNewestFirst: true });
      return newest;
    },
    async checkpoints({ tenant, afterSize, limit }) {
      assertRange({ from: afterSize, count: limit, max: ENTRIES_MAX });
      return readCheckpoints(d, { tenant, from: ordinal(afterSize + 1), limit, isNewestFirst: false });
    },
    putCheckpoint: (checkpoint) => putCheckpoint(d, checkpoint),
  };
}

type Places = { readonly tenant: Tenant; readonly level: number; readonly from: number; readonly count: number };

/** The hash items of a level, a tile being a partition. */
async function readPlaces(d: DynamodbDeps, { tenant, level, from, count }: Places): Promise<readonly Attributes[]> {
  const end = from + count;
  const first = Math.floor(from / TILE_WIDTH);
  const tiles = Array.from({ length: Math.ceil(end / TILE_WIDTH) - first }, (_, i) => (first + i) * TILE_WIDTH);
  const pages = await Promise.all(
    tiles.map((index) =>
      queryRange(d, {
        limit: TILE_WIDTH,
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
        ExpressionAttributeValues: {
          ":pk": { S: tilePartition(tenant, { level, index }) },
          ":from": { S: ordinal(Math.max(from, index)) },
          ":to": { S: ordinal(Math.min(end, index + TILE_WIDTH) - 1) },
        },
        ConsistentRead: true,
      }),
    ),
  );
  return pages.flat();
}

async function readEntries(
  d: DynamodbDeps,
  { tenant, from, limit }: { tenant: Tenant; from: number; limit: number },
): Promise<readonly LedgerEntry[]> {
  const places = await readPlaces(d, { tenant, level: 0, from, count: limit });
  const ids = places.map((place) => textOf(place, "id"));
  const records = await readRecords(d, { tenant, ids });
  return places.flatMap((place, i) => {
    const record = records.get(ids[i] ?? "");
    const seq = Number(textOf(place, "sk"));
    // A record that is gone leaves a gap, which verification names.
    return record === undefined ? [] : [{ seq, id: record.id, leaf: record.leaf, sealed: record.sealed }];
  });
}

type Listed = {
  readonly tenant: Tenant;
  readonly from: string;
  readonly limit: number;
  readonly isNewestFirst: boolean;
};

async function readCheckpoints(
  d: DynamodbDeps,
  { tenant, from, limit, isNewestFirst }: Listed,
): Promise<readonly StoredCheckpoint[]> {
  const items = await queryRange(d, {
    limit,
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
    ExpressionAttributeValues: {
      ":pk": { S: checkpointPartition(tenant) },
      ":from": { S: from },
      ":to": { S: LAST },
    },
    ScanIndexForward: !isNewestFirst,
    ConsistentRead: true,
  });
  return items.map(checkpointOf);
}

type Checkpoint = { readonly tenant: Tenant } & StoredCheckpoint;

/** One transaction: the head has to be the one that was signed while the checkpoint is put. */
async function putCheckpoint(d: DynamodbDeps, checkpoint: Checkpoint): Promise<Result<void, WriteError>> {
  const { tenant, size, note } = checkpoint;
  const [, notedSize, root = ""] = note.split("\n", 3);
  if (notedSize !== String(size)) return conflict(`the checkpoint of size ${size} signs another head`);
  const token = Buffer.from(d.random.bytes(16)).toString("hex");
  const command = new TransactWriteItemsCommand({
    ClientRequestToken: token,
    TransactItems: [
      { ConditionCheck: { TableName: d.table, Key: headKey(tenant), ...headIs({ size, root }) } },
      { Put: putCheckpointForm(d.table, checkpoint) },
    ],
  });
  try {
    await callDynamodb(d, { isRepeatable: true, send: (abortSignal) => d.client.send(command, { abortSignal }) });
    return ok(undefined);
  } catch (cause) {
    const reasons = cancellationReasons(cause);
    if (reasons === undefined) throw cause;
    if (reasons[0]?.Code === "ConditionalCheckFailed") {
      return conflict(`the checkpoint is of size ${size}, the stored head is another: sign the stored head`);
    }
  }
  const [stored] = await readCheckpoints(d, { tenant, from: ordinal(size), limit: 1, isNewestFirst: false });
  return stored?.note === note ? ok(undefined) : conflict(`a checkpoint of size ${size} is already stored`);
}

const conflict = (message: string) => err(ephorError("store.conflict", message));

function assertRange({ from, count, max }: { from: number; count: number; max: number }): void {
  if (Number.isSafeInteger(from) && from >= 0 && Number.isInteger(count) && count >= 1 && count <= max) return;
  const message = `a range begins at 0 or later and holds 1 to ${max}, got ${count} from ${from}`;
  throw new EphorException(ephorError("store.invalid", message));
}
