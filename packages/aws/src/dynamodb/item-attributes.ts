import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { IndexName, Item, ItemInput, Key, Position } from "@ephor/app/ports";
import { INDEX_NAMES } from "@ephor/app/store-indexes";
import { COUNTER_FIELD } from "@ephor/app/store-limits";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import type { Tenant } from "@ephor/domain/tenant";
import { EXPIRY_ATTRIBUTE, INDEX_ATTRIBUTES } from "./table-definition.ts";

/*
 * `data` is JSON text: DynamoDB's own maps would lose doubles beyond 38 digits, lone surrogates, empty names and
 * nesting beyond 32. Its whole-number fields stand once more in the map `n`, where they can be counted in place;
 * what stands there is the field's value.
 */

export type Attributes = Record<string, AttributeValue>;

export const number = (value: number): AttributeValue => ({ N: String(value) });

/** Tenant names hold no `#`, so that no two tenants share a key. */
export const tenantKey = (tenant: Tenant, pk: string): string => `${tenant}#${pk}`;

export const keyAttributes = (key: Key): { pk: AttributeValue; sk: AttributeValue } => ({
  pk: { S: tenantKey(key.tenant, key.pk) },
  sk: { S: key.sk },
});

/** All attributes but key and version. `text` is the JSON text of `item.data`. */
export function valueAttributes(item: ItemInput, text: string): Attributes {
  const attributes: Attributes = { v: number(item.v), data: { S: text }, n: { M: countersOf(item.data) } };
  if (item.expiresAt !== undefined) attributes[EXPIRY_ATTRIBUTE] = number(item.expiresAt);
  for (const name of INDEX_NAMES) {
    const key = item.indexes?.[name];
    if (key === undefined) continue;
    attributes[INDEX_ATTRIBUTES[name].pk] = { S: tenantKey(item.tenant, key.pk) };
    attributes[INDEX_ATTRIBUTES[name].sk] = { S: key.sk };
  }
  return attributes;
}

/** Every attribute that `valueAttributes` may leave out. */
export const OPTIONAL_ATTRIBUTES: readonly string[] = [
  EXPIRY_ATTRIBUTE,
  ...Object.values(INDEX_ATTRIBUTES).flatMap(({ pk, sk }) => [pk, sk]),
];

function countersOf(data: JsonObject): Attributes {
  const counters: Attributes = {};
  for (const [field, value] of Object.entries(data)) {
    if (Number.isSafeInteger(value) && COUNTER_FIELD.test(field)) counters[field] = number(Number(value));
  }
  return counters;
}

export function itemOf(attributes: Attributes, tenant: Tenant): Item {
  const expiresAt = attributes[EXPIRY_ATTRIBUTE]?.N;
  const indexes = indexesOf(attributes, tenant);
  return {
    tenant,
    pk: withoutTenant(textOf(attributes, "pk"), tenant),
    sk: textOf(attributes, "sk"),
    version: numberOf(attributes, "version"),
    v: numberOf(attributes, "v"),
    data: dataOf(attributes),
    ...(expiresAt !== undefined && { expiresAt: Number(expiresAt) }),
    ...(indexes !== undefined && { indexes }),
  };
}

function dataOf(attributes: Attributes): JsonObject {
  const data: unknown = JSON.parse(textOf(attributes, "data"));
  if (!isJsonObject(data)) throw unreadable("data");
  const counters = Object.entries(attributes["n"]?.M ?? {}).map(([field, value]) => [field, Number(value.N)]);
  return { ...data, ...Object.fromEntries(counters) };
}

function indexesOf(attributes: Attributes, tenant: Tenant): Item["indexes"] {
  const named = INDEX_NAMES.filter((name) => attributes[INDEX_ATTRIBUTES[name].pk] !== undefined);
  if (named.length === 0) return undefined;
  return Object.fromEntries(named.map((name) => [name, indexKeyOf(attributes, { name, tenant })]));
}

function indexKeyOf(attributes: Attributes, { name, tenant }: { name: IndexName; tenant: Tenant }) {
  const { pk, sk } = INDEX_ATTRIBUTES[name];
  return { pk: withoutTenant(textOf(attributes, pk), tenant), sk: textOf(attributes, sk) };
}

/** Where a page ended, from its LastEvaluatedKey. */
export function positionOf(
  attributes: Attributes,
  { index, tenant }: { index: IndexName | undefined; tenant: Tenant },
) {
  const position: Position = { pk: withoutTenant(textOf(attributes, "pk"), tenant), sk: textOf(attributes, "sk") };
  return index === undefined ? position : { ...position, at: indexKeyOf(attributes, { name: index, tenant }) };
}

/** The ExclusiveStartKey of a position; the item there need not exist. */
export function startKeyOf(position: Position, { index, tenant }: { index: IndexName | undefined; tenant: Tenant }) {
  const key: Attributes = keyAttributes({ tenant, pk: position.pk, sk: position.sk });
  if (index === undefined || position.at === undefined) return key;
  const { pk, sk } = INDEX_ATTRIBUTES[index];
  return { ...key, [pk]: { S: tenantKey(tenant, position.at.pk) }, [sk]: { S: position.at.sk } };
}

const withoutTenant = (pk: string, tenant: Tenant): string => pk.slice(tenant.length + 1);

function textOf(attributes: Attributes, name: string): string {
  const text = attributes[name]?.S;
  if (text === undefined) throw unreadable(name);
  return text;
}

function numberOf(attributes: Attributes, name: string): number {
  const digits = attributes[name]?.N;
  if (digits === undefined) throw unreadable(name);
  return Number(digits);
}

const unreadable = (name: string): Error => new Error(`a stored item has no readable ${name}`);
