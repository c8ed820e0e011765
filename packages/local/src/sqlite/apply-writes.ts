import type { DatabaseSync } from "node:sqlite";
import type { Condition, ItemInput, Key, Write, WriteError } from "@ephor/app/ports";
import { ephorError } from "@ephor/domain/error";
import { assertNever, err, ok, type Result } from "@ephor/domain/result";
import {
  dataOf,
  itemValues,
  keyValues,
  tenantKey,
  VALUE_LIST,
  VALUE_MARKS,
  VALUES_ASSIGNED,
  VALUES_EXCLUDED,
} from "./item-rows.ts";
import type { Sequencer } from "./sequencer.ts";
import { prepareAll } from "./statements.ts";

const LIVE = "(expires_at IS NULL OR expires_at > ?)";
const BARE_VALUES = "v, data, expires_at";
const INSERT_BARE = `INSERT INTO items (pk, sk, version, ${BARE_VALUES}) VALUES (?, ?, 1, ?, ?, ?)`;
const INSERT = `INSERT INTO items (pk, sk, version, ${VALUE_LIST}) VALUES (?, ?, 1, ${VALUE_MARKS})`;
const REPLACE_EXPIRED = `ON CONFLICT (pk, sk) DO UPDATE SET version = 1, ${VALUES_EXCLUDED} WHERE items.expires_at <= ?`;
const ONE = "WHERE pk = ? AND sk = ?";

/** An expired item that is still there counts as absent. */
const SQL = {
  putAbsent: `${INSERT} ${REPLACE_EXPIRED}`,
  putBareAbsent: `${INSERT_BARE} ${REPLACE_EXPIRED}`,
  putAny: `${INSERT} ON CONFLICT (pk, sk) DO UPDATE SET ${VALUES_EXCLUDED},
    version = CASE WHEN items.expires_at <= ? THEN 1 ELSE items.version + 1 END`,
  putVersion: `UPDATE items SET version = version + 1, ${VALUES_ASSIGNED} ${ONE} AND version = ? AND ${LIVE}`,
  delete: `DELETE FROM items ${ONE}`,
  read: `SELECT version, data FROM items ${ONE} AND ${LIVE}`,
  setData: `UPDATE items SET data = ?, version = version + 1 ${ONE}`,
};

export type WritesApplier = {
  /** Applies checked writes in order until one does not hold. `texts` are those of `checkWrites`. */
  readonly apply: (
    writes: readonly Write[],
    given: { texts: readonly string[]; nowSeconds: number },
  ) => Result<void, WriteError>;
  readonly increment: (
    change: { key: Key; field: string; by: number },
    nowSeconds: number,
  ) => Result<number, WriteError>;
};

export function writesApplier(db: DatabaseSync, sequencer: Sequencer): WritesApplier {
  const statements = prepareAll(db, SQL);

  /** Most items stand in no index, and binding a column costs as much as a small insert does. */
  function putAbsent({ item, data }: { item: ItemInput; data: string }, now: number): boolean {
    const pk = tenantKey(item.tenant, item.pk);
    const { changes } =
      item.indexes === undefined
        ? statements.putBareAbsent.run(pk, item.sk, item.v, data, item.expiresAt ?? null, now)
        : statements.putAbsent.run(pk, item.sk, ...itemValues(item, data), now);
    return changes !== 0;
  }

  function put({ item, data, when }: { item: ItemInput; data: string; when: Condition }, now: number): boolean {
    if (when.kind === "absent") return putAbsent({ item, data }, now);
    const [pk, sk] = keyValues(item);
    const values = itemValues(item, data);
    switch (when.kind) {
      case "any":
        return statements.putAny.run(pk, sk, ...values, now).changes !== 0;
      case "version":
        return statements.putVersion.run(...values, pk, sk, when.version, now).changes !== 0;
      default:
        return assertNever(when);
    }
  }

  function holds(key: Key, { when, now }: { when: Condition; now: number }): boolean {
    if (when.kind === "any") return true;
    const row = statements.read.get(...keyValues(key), now);
    return when.kind === "absent" ? row === undefined : row?.["version"] === when.version;
  }

  function remove(key: Key, given: { when: Condition; now: number }): boolean {
    if (!holds(key, given)) return false;
    statements.delete.run(...keyValues(key));
    return true;
  }

  function increment(
    { key, field, by }: { key: Key; field: string; by: number },
    now: number,
  ): Result<number, WriteError> {
    const row = statements.read.get(...keyValues(key), now);
    if (row === undefined) {
      put({ item: { ...key, v: 1, data: {} }, data: JSON.stringify({ [field]: by }), when: { kind: "any" } }, now);
      return ok(by);
    }
    const data = dataOf(row);
    const before = Object.hasOwn(data, field) ? data[field] : 0;
    const after = typeof before === "number" ? before + by : undefined;
    if (!Number.isSafeInteger(before) || after === undefined || !Number.isSafeInteger(after)) {
      return err(ephorError("store.invalid", `${field} is not a whole number that ${by} can be added to`));
    }
    statements.setData.run(JSON.stringify({ ...data, [field]: after }), ...keyValues(key));
    return ok(after);
  }

  function applyOne(write: Write, { text, now }: { text: string; now: number }): Result<unknown, WriteError> | boolean {
    switch (write.kind) {
      case "put":
        return put({ item: write.item, data: text, when: write.when }, now);
      case "delete":
        return remove(write.key, { when: write.when, now });
      case "check":
        return holds(write.key, { when: write.when, now });
      case "increment":
        return increment(write, now);
      case "append":
        return sequencer.append(write.record, text);
      default:
        return assertNever(write);
    }
  }

  return {
    increment,
    apply(writes, { texts, nowSeconds }) {
      for (let i = 0; i < writes.length; i++) {
        const write = writes[i];
        if (write === undefined) continue;
        const outcome = applyOne(write, { text: texts[i] ?? "", now: nowSeconds });
        if (outcome === false) return err(conflict(write, i));
        if (outcome !== true && !outcome.ok) return err({ ...outcome.error, path: `/${i}` });
      }
      return ok(undefined);
    },
  };
}

function conflict(write: Write, i: number): WriteError {
  const expected = write.kind === "append" || write.kind === "increment" ? "absent" : write.when.kind;
  return ephorError("store.conflict", `write ${i} expected the item to be as it was (${expected})`, { path: `/${i}` });
}
