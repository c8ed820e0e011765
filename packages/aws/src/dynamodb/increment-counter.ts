import { PutItemCommand, UpdateItemCommand, type UpdateItemCommandOutput } from "@aws-sdk/client-dynamodb";
import type { WriteError } from "@ephor/app/ports";
import { EphorException, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { callDynamodb, isConditionFailure } from "./call-dynamodb.ts";
import type { DynamodbContext } from "./dynamodb-store.ts";
import { type Change, incrementForm, putNewForm, setCounterForm } from "./write-forms.ts";

const DECISIONS_MAX = 10;

/** `create`: as a new item. `set`: the sum, while the item is the one that was looked at. */
export type DecidedIncrement = { readonly value: number } & (
  | { readonly kind: "create"; readonly put: ReturnType<typeof putNewForm> }
  | { readonly kind: "set"; readonly update: ReturnType<typeof setCounterForm> }
);

/**
 * Adds to a counter and gives its value after. A call that may have been carried out is not repeated, since it would
 * count twice: it ends in `store.unavailable`, and the caller does not know.
 */
export async function incrementCounter(d: DynamodbContext, change: Change): Promise<Result<number, WriteError>> {
  const added = await addInPlace(d, change);
  if (added !== undefined) return ok(added);
  for (let attempt = 1; attempt <= DECISIONS_MAX; attempt++) {
    const decided = await decideIncrement(d, change);
    if (!decided.ok) return decided;
    if (await sendDecided(d, decided.value)) return ok(decided.value.value);
    const counted = await addInPlace(d, change);
    if (counted !== undefined) return ok(counted);
  }
  throw new EphorException(ephorError("store.throttled", "the counter changed each time it was looked at"));
}

/**
 * The form for an item that the first one is not for: absent or expired, with a field of that name elsewhere in its
 * JSON, or not a counter at all (`store.invalid`).
 */
export async function decideIncrement(
  d: DynamodbContext,
  change: Change,
): Promise<Result<DecidedIncrement, WriteError>> {
  const { key, field, by } = change;
  const nowSeconds = d.nowSeconds();
  const item = await d.get(key);
  if (item === undefined) {
    const data = { [field]: by };
    const put = putNewForm({ ...key, v: 1, data }, { text: JSON.stringify(data), table: d.table, nowSeconds });
    return ok({ kind: "create", put, value: by });
  }
  const before = Object.hasOwn(item.data, field) ? item.data[field] : 0;
  const value = typeof before === "number" ? before + by : undefined;
  if (!Number.isSafeInteger(before) || value === undefined || !Number.isSafeInteger(value)) {
    return err(ephorError("store.invalid", `${field} is not a whole number that ${by} can be added to`));
  }
  const update = setCounterForm({ key, field, value, version: item.version }, d.table);
  return ok({ kind: "set", update, value });
}

/** The value after, or undefined where the item is not one that can be counted in place. */
async function addInPlace(d: DynamodbContext, change: Change): Promise<number | undefined> {
  const form = incrementForm(change, { table: d.table, nowSeconds: d.nowSeconds() });
  const command = new UpdateItemCommand({ ...form, ReturnValues: "UPDATED_NEW" });
  try {
    const done = await callDynamodb<UpdateItemCommandOutput>(d, {
      isRepeatable: false,
      send: (abortSignal) => d.client.send(command, { abortSignal }),
    });
    return Number(done.Attributes?.["n"]?.M?.[change.field]?.N);
  } catch (error) {
    if (isConditionFailure(error)) return undefined;
    throw error;
  }
}

/** False where its condition did not hold. */
async function sendDecided(d: DynamodbContext, decided: DecidedIncrement): Promise<boolean> {
  const send = (abortSignal: AbortSignal) =>
    decided.kind === "create"
      ? d.client.send(new PutItemCommand(decided.put), { abortSignal })
      : d.client.send(new UpdateItemCommand(decided.update), { abortSignal });
  try {
    await callDynamodb<unknown>(d, { isRepeatable: false, send });
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}
