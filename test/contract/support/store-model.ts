import { compareKeys } from "@ephor/app/key-range";
import type { Condition, Item, Key, Page, Query, Write } from "@ephor/app/ports";
import type { JsonObject } from "@ephor/domain/json";

/** What a store is, in the plainest words: a map, and transactions that change all or nothing of it. */
export class StoreModel {
  #items = new Map<string, Item>();
  readonly #records = new Set<string>();

  get(key: Key, nowSeconds: number): Item | undefined {
    const item = this.#items.get(nameOf(key));
    return item?.expiresAt !== undefined && item.expiresAt <= nowSeconds ? undefined : item;
  }

  /** The code and path of the first write that does not hold, or undefined. */
  transact(writes: readonly Write[], nowSeconds: number): string | undefined {
    const before = new Map(this.#items);
    const records: string[] = [];
    for (const [i, write] of writes.entries()) {
      const failure = write.kind === "append" ? this.#append(write.record, records) : this.#apply(write, nowSeconds);
      if (failure === undefined) continue;
      this.#items = before;
      for (const record of records) this.#records.delete(record);
      return `${failure} /${i}`;
    }
    return undefined;
  }

  /** Every item that a query matches, in order; items of one index key in the order of their table keys. */
  query(query: Query, nowSeconds: number): readonly Item[] {
    const place = (item: Item) => (query.index === undefined ? item : item.indexes?.[query.index]);
    const matching = [...this.#items.values()].filter((item) => {
      const at = place(item);
      if (item.tenant !== query.tenant || at?.pk !== query.pk) return false;
      if (query.from !== undefined && compareKeys(at.sk, query.from) < 0) return false;
      if (query.to !== undefined && compareKeys(at.sk, query.to) > 0) return false;
      return this.get(item, nowSeconds) !== undefined;
    });
    const order = (a: Item, b: Item) => compareKeys(place(a)?.sk ?? "", place(b)?.sk ?? "");
    return matching.sort((a, b) => (query.descending === true ? order(b, a) : order(a, b)));
  }

  #append(record: { tenant: string; id: string }, records: string[]): string | undefined {
    const name = `${record.tenant} ${record.id}`;
    if (this.#records.has(name)) return "store.conflict";
    this.#records.add(name);
    records.push(name);
    return undefined;
  }

  #apply(write: Exclude<Write, { kind: "append" }>, nowSeconds: number): string | undefined {
    const key = write.kind === "put" ? write.item : write.key;
    const item = this.get(key, nowSeconds);
    if (write.kind === "increment") return this.#increment(write, item);
    if (!holds(write.when, item)) return "store.conflict";
    if (write.kind === "delete") this.#items.delete(nameOf(key));
    if (write.kind === "put") this.#items.set(nameOf(key), { ...write.item, version: (item?.version ?? 0) + 1 });
    return undefined;
  }

  #increment({ key, field, by }: { key: Key; field: string; by: number }, item: Item | undefined): string | undefined {
    const { tenant, pk, sk } = key;
    const before = item?.data[field] ?? 0;
    if (!Number.isSafeInteger(before)) return "store.invalid";
    const data: JsonObject = { ...item?.data, [field]: Number(before) + by };
    const base = item ?? { tenant, pk, sk, v: 1, version: 0 };
    this.#items.set(nameOf(key), { ...base, data, version: base.version + 1 });
    return undefined;
  }
}

const nameOf = ({ tenant, pk, sk }: Key): string => JSON.stringify([tenant, pk, sk]);

function holds(when: Condition, item: Item | undefined): boolean {
  if (when.kind === "any") return true;
  return when.kind === "absent" ? item === undefined : item?.version === when.version;
}

/** Follows `next` to the end, with a bound. */
export async function allPages(page: (after: Query["after"]) => Promise<Page>): Promise<readonly Item[]> {
  const items: Item[] = [];
  let after: Query["after"];
  for (let pages = 0; pages < 1_000; pages++) {
    const next = await page(after);
    items.push(...next.items);
    if (next.next === undefined) return items;
    after = next.next;
  }
  throw new Error("a query has no end");
}
