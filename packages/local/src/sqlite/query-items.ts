import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { remainingRange } from "@ephor/app/key-range";
import type { IndexName, Item, Page, Position, Query } from "@ephor/app/ports";
import { INDEX_NAMES } from "@ephor/app/store-indexes";
import { INDEX_COLUMNS, ITEM_COLUMNS, itemOf, tenantKey, text } from "./item-rows.ts";

/** A page ends once its data exceeds this, as on DynamoDB. Callers follow `next`. */
const PAGE_BYTES_MAX = 1_024 * 1_024;

/** No key is empty and a blob sorts after every text, so these stand for "no bound". */
const FIRST = "";
const LAST = new Uint8Array([0xff]);

/** Reads a page of the table or an index. The query has passed `checkQuery`. */
export function itemsQuery(db: DatabaseSync): (query: Query, nowSeconds: number) => Page {
  const statements = new Map<string, StatementSync>();
  for (const index of [undefined, ...INDEX_NAMES]) {
    for (const isDescending of [false, true]) {
      statements.set(statementName(index, isDescending), db.prepare(sqlFor(index, isDescending)));
    }
  }

  return (query, nowSeconds) => {
    const range = remainingRange(query);
    const isDescending = query.descending === true;
    const statement = statements.get(statementName(query.index, isDescending));
    if (range === undefined || statement === undefined) return { items: [] };
    const pk = tenantKey(query.tenant, query.pk);
    const bounds = [
      range.from ?? FIRST,
      range.to ?? LAST,
      ...afterValues({ ...query, after: range.after }, isDescending),
    ];
    const rows = statement.iterate(pk, ...bounds, nowSeconds, query.limit + 1);
    const items: Item[] = [];
    let bytes = 0;
    for (const row of rows) {
      const last = items.at(-1);
      const isFull = items.length === query.limit || bytes > PAGE_BYTES_MAX;
      if (isFull && last !== undefined) return { items, next: positionOf(last, query.index) };
      items.push(itemOf(row, query.tenant));
      bytes += text(row, "data").length;
    }
    return { items };
  };
}

const statementName = (index: IndexName | undefined, isDescending: boolean): string =>
  `${index ?? "table"} ${isDescending ? "desc" : "asc"}`;

/** Items with one index key stand in the order of the table's key, so that a position between them is exact. */
function sqlFor(index: IndexName | undefined, isDescending: boolean): string {
  const { pk, sk } = index === undefined ? { pk: "pk", sk: "sk" } : INDEX_COLUMNS[index];
  const [direction, comparison] = isDescending ? ["DESC", "<"] : ["ASC", ">"];
  return `SELECT ${ITEM_COLUMNS} FROM items
    WHERE ${pk} = ? AND ${sk} >= ? AND ${sk} <= ? AND (${sk}, pk, sk) ${comparison} (?, ?, ?)
      AND (expires_at IS NULL OR expires_at > ?)
    ORDER BY ${sk} ${direction}, pk ${direction}, sk ${direction} LIMIT ?`;
}

type Place = Pick<Query, "index" | "tenant"> & { readonly after: Position | undefined };

function afterValues({ after, index, tenant }: Place, isDescending: boolean): SQLInputValue[] {
  const place = index === undefined ? after?.sk : after?.at?.sk;
  if (after !== undefined && place !== undefined) return [place, tenantKey(tenant, after.pk), after.sk];
  return isDescending ? [LAST, LAST, LAST] : [FIRST, FIRST, FIRST];
}

function positionOf(item: Item, index: IndexName | undefined): Position {
  const at = index === undefined ? undefined : item.indexes?.[index];
  return { pk: item.pk, sk: item.sk, ...(at !== undefined && { at }) };
}
