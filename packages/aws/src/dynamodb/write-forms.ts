import type { AttributeValue, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Condition, ItemInput, Key, Write } from "@ephor/app/ports";
import type { SealedRecord } from "@ephor/domain/ledger/record";
import { assertNever } from "@ephor/domain/result";
import { type Attributes, keyAttributes, number, OPTIONAL_ATTRIBUTES, valueAttributes } from "./item-attributes.ts";
import { pendingRecord } from "./ledger-items.ts";
import { EXPIRY_ATTRIBUTE } from "./table-definition.ts";

/** What a write is sent as. DynamoDB cannot say "as new where expired", so some writes have a second form. */
export type FormContext = { readonly table: string; readonly nowSeconds: number };
export type Change = { readonly key: Key; readonly field: string; readonly by: number };

type Guard = {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Attributes;
};

const LIVE = `(attribute_not_exists(${EXPIRY_ATTRIBUTE}) OR ${EXPIRY_ATTRIBUTE} > :now)`;
const GONE = `(attribute_not_exists(pk) OR ${EXPIRY_ATTRIBUTE} <= :now)`;

/** The first form to try. `text` is that of `checkWrites`. */
export function writeForm(write: Write, { text, ...context }: FormContext & { text: string }): TransactWriteItem {
  const { table } = context;
  switch (write.kind) {
    case "put":
      return putForm(write.item, { text, when: write.when, ...context });
    case "delete":
      return { Delete: { TableName: table, Key: keyAttributes(write.key), ...guardOf(write.when, context) } };
    case "check":
      return {
        ConditionCheck: { TableName: table, Key: keyAttributes(write.key), ...conditionGuard(write.when, context) },
      };
    case "increment":
      return { Update: incrementForm(write, context) };
    case "append":
      return { Put: recordForm(write.record, { text, ...context }) };
    default:
      return assertNever(write);
  }
}

/** A whole new item, where there is none or an expired one. */
export function putNewForm(item: ItemInput, { text, ...context }: FormContext & { text: string }) {
  const values = { ...keyAttributes(item), version: number(1), ...valueAttributes(item, text) };
  return { TableName: context.table, Item: values, ...goneGuard(context) };
}

function putForm(item: ItemInput, given: FormContext & { text: string; when: Condition }): TransactWriteItem {
  const { when, text, table } = given;
  switch (when.kind) {
    case "absent":
      return { Put: putNewForm(item, given) };
    case "version": {
      const values = { ...keyAttributes(item), version: number(when.version + 1), ...valueAttributes(item, text) };
      return { Put: { TableName: table, Item: values, ...conditionGuard(when, given) } };
    }
    case "any":
      return { Update: putOverForm(item, given) };
    default:
      return assertNever(when);
  }
}

/** Sets and removes every attribute that a put would, and counts the version on; an expired item needs the other form. */
function putOverForm(item: ItemInput, { text, table, nowSeconds }: FormContext & { text: string }) {
  const values = valueAttributes(item, text);
  const names = Object.keys(values);
  const removed = OPTIONAL_ATTRIBUTES.filter((name) => !(name in values));
  const set = names.map((name) => `#${name} = :${name}`).join(", ");
  return {
    TableName: table,
    Key: keyAttributes(item),
    UpdateExpression: `SET ${set}, version = if_not_exists(version, :zero) + :one${removed.length > 0 ? ` REMOVE ${removed.join(", ")}` : ""}`,
    ConditionExpression: LIVE,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
      ":zero": number(0),
      ":one": number(1),
      ":now": number(nowSeconds),
    },
  };
}

/**
 * Adds in place. Holds only for a live item whose field is a counter already or named nowhere in its JSON text, and
 * only while the sum stays a safe integer; anything else is decided after a look at the item (`increment.ts`).
 */
export function incrementForm({ key, field, by }: Change, { table, nowSeconds }: FormContext) {
  return {
    TableName: table,
    Key: keyAttributes(key),
    UpdateExpression: "SET n.#field = if_not_exists(n.#field, :zero) + :by, version = version + :one",
    ConditionExpression:
      `attribute_exists(pk) AND ${LIVE} AND ` +
      "(n.#field BETWEEN :min AND :max OR (attribute_not_exists(n.#field) AND NOT contains(#data, :named)))",
    ExpressionAttributeNames: { "#field": field, "#data": "data" },
    ExpressionAttributeValues: {
      ":zero": number(0),
      ":one": number(1),
      ":by": number(by),
      ":min": number(Number.MIN_SAFE_INTEGER - Math.min(by, 0)),
      ":max": number(Number.MAX_SAFE_INTEGER - Math.max(by, 0)),
      ":named": { S: `${JSON.stringify(field)}:` },
      ":now": number(nowSeconds),
    },
  };
}

/** Sets the counter to what was worked out from the item of `version`. */
export function setCounterForm(change: { key: Key; field: string; value: number; version: number }, table: string) {
  return {
    TableName: table,
    Key: keyAttributes(change.key),
    UpdateExpression: "SET n.#field = :value, version = :next",
    ConditionExpression: "version = :version",
    ExpressionAttributeNames: { "#field": change.field },
    ExpressionAttributeValues: {
      ":value": number(change.value),
      ":version": number(change.version),
      ":next": number(change.version + 1),
    },
  };
}

function recordForm(record: SealedRecord, { text, table, nowSeconds }: FormContext & { text: string }) {
  const item = pendingRecord(record, { sealed: text, nowSeconds });
  return { TableName: table, Item: item, ConditionExpression: "attribute_not_exists(pk)" };
}

const guardOf = (when: Condition, context: FormContext): Guard | undefined =>
  when.kind === "any" ? undefined : conditionGuard(when, context);

function conditionGuard(when: Exclude<Condition, { kind: "any" }>, context: FormContext): Guard {
  if (when.kind === "absent") return goneGuard(context);
  const values: Record<string, AttributeValue> = {
    ":version": number(when.version),
    ":now": number(context.nowSeconds),
  };
  return { ConditionExpression: `version = :version AND ${LIVE}`, ExpressionAttributeValues: values };
}

const goneGuard = ({ nowSeconds }: FormContext): Guard => ({
  ConditionExpression: GONE,
  ExpressionAttributeValues: { ":now": number(nowSeconds) },
});
