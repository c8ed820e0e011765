import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { IndexName, Item, ItemInput, Key } from "@ephor/app/ports";
import { INDEX_NAMES } from "@ephor/app/store-indexes";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import type { Tenant } from "@ephor/domain/tenant";

export type IndexColumns = { readonly pk: string; readonly sk: string };
export type Row = Record<string, SQLOutputValue>;

export const INDEX_COLUMNS: { readonly [I in IndexName]: IndexColumns } = {
  byTime: { pk: "time_pk", sk: "time_sk" },
  byResource: { pk: "resource_pk", sk: "resource_sk" },
  byOpen: { pk: "open_pk", sk: "open_sk" },
  due: { pk: "due_pk", sk: "due_sk" },
};

const VALUE_COLUMNS = ["v", "data", "expires_at", ...Object.values(INDEX_COLUMNS).flatMap(({ pk, sk }) => [pk, sk])];

export const ITEM_COLUMNS = ["pk", "sk", "version", ...VALUE_COLUMNS].join(", ");
export const VALUE_LIST = VALUE_COLUMNS.join(", ");
export const VALUE_MARKS = VALUE_COLUMNS.map(() => "?").join(", ");
export const VALUES_ASSIGNED = VALUE_COLUMNS.map((column) => `${column} = ?`).join(", ");
export const VALUES_EXCLUDED = VALUE_COLUMNS.map((column) => `${column} = excluded.${column}`).join(", ");

/** Tenant names hold no `#`, so that no two tenants share a key. */
export const tenantKey = (tenant: Tenant, pk: string): string => `${tenant}#${pk}`;

/** What is bound to the value columns. `data` is the JSON text of `item.data`. */
export function itemValues(item: ItemInput, data: string): SQLInputValue[] {
  const { tenant, indexes } = item;
  const values: SQLInputValue[] = [item.v, data, item.expiresAt ?? null];
  for (const name of INDEX_NAMES) {
    const key = indexes?.[name];
    if (key === undefined) values.push(null, null);
    else values.push(tenantKey(tenant, key.pk), key.sk);
  }
  return values;
}

/** Reads a row of `ITEM_COLUMNS` back. */
export function itemOf(row: Row, tenant: Tenant): Item {
  const prefix = tenant.length + 1;
  const expiresAt = row["expires_at"];
  const indexes = indexesOf(row, prefix);
  return {
    tenant,
    pk: text(row, "pk").slice(prefix),
    sk: text(row, "sk"),
    version: whole(row, "version"),
    v: whole(row, "v"),
    data: dataOf(row),
    ...(typeof expiresAt === "number" && { expiresAt }),
    ...(indexes !== undefined && { indexes }),
  };
}

function indexesOf(row: Row, prefix: number): Item["indexes"] {
  let indexes: { [I in IndexName]?: { pk: string; sk: string } } | undefined;
  for (const name of INDEX_NAMES) {
    const columns = INDEX_COLUMNS[name];
    const pk = row[columns.pk];
    if (typeof pk !== "string") continue;
    indexes ??= {};
    indexes[name] = { pk: pk.slice(prefix), sk: text(row, columns.sk) };
  }
  return indexes;
}

export function dataOf(row: Row): JsonObject {
  const data: unknown = JSON.parse(text(row, "data"));
  if (!isJsonObject(data)) throw unreadable("data");
  return data;
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw unreadable(column);
}

export function whole(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === "number") return value;
  throw unreadable(column);
}

const unreadable = (column: string): Error => new Error(`a stored row has no readable ${column}`);

export const keyValues = (key: Key): [string, string] => [tenantKey(key.tenant, key.pk), key.sk];
