import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { EphorException, ephorError } from "@ephor/domain/error";
import { EMPTY_HEAD, type LedgerHead, parseLedgerHead } from "@ephor/domain/ledger/sequence";
import type { Tenant } from "@ephor/domain/tenant";
import { callDynamodb } from "./call-dynamodb.ts";
import type { DynamodbDeps } from "./dynamodb-store.ts";
import type { Attributes } from "./item-attributes.ts";
import { headFields, headKey, recordKey, recordOf, type StoredRecord } from "./ledger-items.ts";

/** BatchGetItem takes 100 keys, and may leave out what is beyond 16 MB or its throughput. */
const BATCH_KEYS_MAX = 100;
const BATCH_ROUNDS_MAX = 20;

/** The stored head. Throws `ledger.invalid` where what is stored cannot be one. */
export async function readHead(d: DynamodbDeps, tenant: Tenant): Promise<LedgerHead> {
  const command = new GetItemCommand({ TableName: d.table, Key: headKey(tenant), ConsistentRead: true });
  const { Item: item } = await callDynamodb(d, {
    isRepeatable: true,
    send: (abortSignal) => d.client.send(command, { abortSignal }),
  });
  if (item === undefined) return EMPTY_HEAD;
  const parsed = parseLedgerHead(headFields(item));
  if (!parsed.ok) throw new EphorException(parsed.error);
  return parsed.value;
}

/** The items of a key range, all pages, at most `limit` of them. */
export async function queryRange(
  d: DynamodbDeps,
  query: Omit<QueryCommandInput, "TableName" | "Limit" | "ExclusiveStartKey"> & { limit: number },
): Promise<readonly Attributes[]> {
  const { limit, ...asked } = query;
  const items: Attributes[] = [];
  let start: Record<string, AttributeValue> | undefined;
  do {
    const command = new QueryCommand({
      ...asked,
      TableName: d.table,
      Limit: limit - items.length,
      ...(start && { ExclusiveStartKey: start }),
    });
    const page = await callDynamodb(d, {
      isRepeatable: true,
      send: (abortSignal) => d.client.send(command, { abortSignal }),
    });
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined && items.length < limit);
  return items;
}

/** The records that are there, by id. */
export async function readRecords(
  d: DynamodbDeps,
  { tenant, ids }: { tenant: Tenant; ids: readonly string[] },
): Promise<ReadonlyMap<string, StoredRecord>> {
  const batches = Array.from({ length: Math.ceil(ids.length / BATCH_KEYS_MAX) }, (_, i) =>
    ids.slice(i * BATCH_KEYS_MAX, (i + 1) * BATCH_KEYS_MAX),
  );
  const items = await Promise.all(batches.map((batch) => readBatch(d, { tenant, ids: batch })));
  return new Map(items.flat().map((item) => [item.id, item]));
}

async function readBatch(
  d: DynamodbDeps,
  { tenant, ids }: { tenant: Tenant; ids: readonly string[] },
): Promise<readonly StoredRecord[]> {
  const found: StoredRecord[] = [];
  let keys: Attributes[] = ids.map((id) => recordKey(tenant, id));
  for (let round = 1; keys.length > 0; round++) {
    if (round > BATCH_ROUNDS_MAX) {
      throw new EphorException(ephorError("store.throttled", `${keys.length} records could not be read in time`));
    }
    const request = { [d.table]: { Keys: keys, ConsistentRead: true } };
    const command = new BatchGetItemCommand({ RequestItems: request });
    const page = await callDynamodb<BatchGetItemCommandOutput>(d, {
      isRepeatable: true,
      send: (abortSignal) => d.client.send(command, { abortSignal }),
    });
    found.push(...(page.Responses?.[d.table] ?? []).map(recordOf));
    keys = page.UnprocessedKeys?.[d.table]?.Keys ?? [];
  }
  return found;
}
