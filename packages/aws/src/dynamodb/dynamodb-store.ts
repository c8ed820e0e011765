import { type DynamoDBClient, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { remainingRange } from "@ephor/app/key-range";
import type { Clock, Item, Key, Page, Query, Random, Store } from "@ephor/app/ports";
import { assertAccepted, checkIncrement, checkKey, checkQuery, checkWrites } from "@ephor/app/store-limits";
import { EphorException } from "@ephor/domain/error";
import { epochMsOf } from "@ephor/domain/time";
import { callDynamodb } from "./call-dynamodb.ts";
import { incrementCounter } from "./increment-counter.ts";
import {
  type Attributes,
  itemOf,
  keyAttributes,
  number,
  positionOf,
  startKeyOf,
  tenantKey,
} from "./item-attributes.ts";
import { EXPIRY_ATTRIBUTE, INDEX_ATTRIBUTES } from "./table-definition.ts";
import { transactWrites } from "./transact-writes.ts";

export type DynamodbDeps = {
  /** With `CLIENT_LIMITS`, so that time-outs are bounded and retries are made once. */
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Given by tests alone: how to wait between tries. */
  readonly wait?: (ms: number) => Promise<void>;
};
/** What the parts of the adapter share. */
export type DynamodbContext = DynamodbDeps & {
  readonly nowSeconds: () => number;
  readonly get: (key: Key) => Promise<Item | undefined>;
};

/**
 * The store port on one DynamoDB table (`tableDefinition`). Reads of items and of the table are strongly consistent, reads of
 * an index may lag. Appended records stand as pending items until they are sequenced.
 */
export function dynamodbStore(d: DynamodbDeps): Store {
  const nowSeconds = () => Math.floor(epochMsOf(d.clock.now()) / 1000);
  const get = (key: Key) => getItem(d, { key, nowSeconds: nowSeconds() });
  const context: DynamodbContext = { ...d, nowSeconds, get };
  return {
    async get(key) {
      assertAccepted(checkKey(key));
      return get(key);
    },
    async query(query) {
      assertAccepted(checkQuery(query));
      return queryItems(d, { query, nowSeconds: nowSeconds() });
    },
    async transact(writes) {
      const texts = checkWrites(writes);
      return texts.ok ? transactWrites(context, { writes, texts: texts.value }) : texts;
    },
    async increment(change) {
      assertAccepted(checkIncrement(change));
      const done = await incrementCounter(context, change);
      if (!done.ok) throw new EphorException(done.error);
      return done.value;
    },
  };
}

async function getItem(d: DynamodbDeps, { key, nowSeconds }: { key: Key; nowSeconds: number }) {
  const command = new GetItemCommand({ TableName: d.table, Key: keyAttributes(key), ConsistentRead: true });
  const { Item } = await callDynamodb(d, {
    isRepeatable: true,
    send: (abortSignal) => d.client.send(command, { abortSignal }),
  });
  if (Item === undefined || isExpired(Item, nowSeconds)) return undefined;
  return itemOf(Item, key.tenant);
}

const isExpired = (item: Attributes, nowSeconds: number): boolean => {
  const expiresAt = item[EXPIRY_ATTRIBUTE]?.N;
  return expiresAt !== undefined && Number(expiresAt) <= nowSeconds;
};

async function queryItems(d: DynamodbDeps, { query, nowSeconds }: { query: Query; nowSeconds: number }): Promise<Page> {
  const range = remainingRange(query);
  if (range === undefined) return { items: [] };
  const { index, tenant } = query;
  const { pk, sk } = index === undefined ? { pk: "pk", sk: "sk" } : INDEX_ATTRIBUTES[index];
  const values: Attributes = { ":pk": { S: tenantKey(tenant, query.pk) }, ":now": number(nowSeconds) };
  if (range.from !== undefined) values[":from"] = { S: range.from };
  if (range.to !== undefined) values[":to"] = { S: range.to };
  const command = new QueryCommand({
    TableName: d.table,
    KeyConditionExpression: `${pk} = :pk${boundsOf(range, sk)}`,
    FilterExpression: `attribute_not_exists(${EXPIRY_ATTRIBUTE}) OR ${EXPIRY_ATTRIBUTE} > :now`,
    ExpressionAttributeValues: values,
    ScanIndexForward: query.descending !== true,
    Limit: query.limit,
    // DynamoDB has no strongly consistent read of a global index.
    ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
    ...(range.after !== undefined && { ExclusiveStartKey: startKeyOf(range.after, { index, tenant }) }),
  });
  const page = await callDynamodb(d, {
    isRepeatable: true,
    send: (abortSignal) => d.client.send(command, { abortSignal }),
  });
  const items = (page.Items ?? []).map((item) => itemOf(item, tenant));
  if (page.LastEvaluatedKey === undefined) return { items };
  return { items, next: positionOf(page.LastEvaluatedKey, { index, tenant }) };
}

function boundsOf({ from, to }: { from?: string; to?: string }, sk: string): string {
  if (from !== undefined && to !== undefined) return ` AND ${sk} BETWEEN :from AND :to`;
  if (from !== undefined) return ` AND ${sk} >= :from`;
  return to === undefined ? "" : ` AND ${sk} <= :to`;
}
