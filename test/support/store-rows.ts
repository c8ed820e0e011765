import { DatabaseSync } from "node:sqlite";
import type { Item } from "@ephor/app/ports";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { parseTenant, type Tenant } from "@ephor/domain/tenant";
import { ITEM_COLUMNS, itemOf, text } from "@ephor/local/sqlite/item-rows";

export type LedgerRow = { readonly tenant: Tenant; readonly seq: number; readonly record: JsonObject };
export type StoreRows = { readonly items: readonly Item[]; readonly records: readonly LedgerRow[] };

/** Everything in a store at one moment, read beside the node that runs on it, or without one. */
export function readStoreRows(file: string): StoreRows {
  return reading(file, (db) => {
    db.exec("BEGIN");
    const items = db.prepare(`SELECT ${ITEM_COLUMNS} FROM items`).all();
    const records = db.prepare("SELECT tenant, seq, leaf FROM ledger_records ORDER BY tenant, seq").all();
    return {
      items: items.map((row) => itemOf(row, tenantNamed(text(row, "pk").split("#", 1)[0] ?? ""))),
      records: records.map((row) => ({
        tenant: tenantNamed(text(row, "tenant")),
        seq: Number(row["seq"]),
        record: parsed(text(row, "leaf")),
      })),
    };
  });
}

/** Keys of what is still to be done: events, effects and executions under way stand in the `due` index. */
export function readDueKeys(file: string): readonly string[] {
  return reading(file, (db) =>
    db
      .prepare("SELECT pk FROM items WHERE due_pk IS NOT NULL")
      .all()
      .map((row) => text(row, "pk")),
  );
}

function reading<T>(file: string, read: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

function tenantNamed(name: string): Tenant {
  const tenant = parseTenant(name);
  if (!tenant.ok) throw new Error(tenant.error.message);
  return tenant.value;
}

function parsed(leaf: string): JsonObject {
  const value: unknown = JSON.parse(leaf);
  if (!isJsonObject(value)) throw new Error("a record is not an object");
  return value;
}
