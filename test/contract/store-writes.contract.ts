import type { Condition, Key, Write } from "@ephor/app/ports";
import { expect } from "vitest";
import {
  ABSENT,
  ANY,
  atVersion,
  type Check,
  codeOfThrown,
  freshTenant,
  itemAt,
  outcomeOf,
  put,
  recordOf,
} from "./support/store-cases.ts";
import { allPages } from "./support/store-model.ts";

export function conditionalWrites(check: Check): void {
  check("an absent item is put once", async ({ store, tenant }) => {
    const key = { tenant, pk: "p", sk: "s" };
    expect(await outcomeOf(store.transact([put(itemAt(key, { n: 1 }), ABSENT)]))).toBe("ok");
    expect(await outcomeOf(store.transact([put(itemAt(key, { n: 2 }), ABSENT)]))).toBe("store.conflict /0");
    expect(await store.get(key)).toEqual({ ...key, v: 1, version: 1, data: { n: 1 } });
  });

  check("a put at a version wins once, and only against that version", async ({ store, tenant }) => {
    const key = { tenant, pk: "p", sk: "s" };
    await store.transact([put(itemAt(key, { n: 1 }))]);
    const rivals = [2, 3, 4, 5].map((n) => outcomeOf(store.transact([put(itemAt(key, { n }), atVersion(1))])));
    expect((await Promise.all(rivals)).sort()).toEqual(["ok", ...Array(3).fill("store.conflict /0")]);
    expect((await store.get(key))?.version).toBe(2);
    expect(await outcomeOf(store.transact([put(itemAt(key, {}), atVersion(3))]))).toBe("store.conflict /0");
    const other = { ...key, sk: "none" };
    expect(await outcomeOf(store.transact([put(itemAt(other, {}), atVersion(1))]))).toBe("store.conflict /0");
  });

  check("an unconditional put replaces everything and raises the version", async ({ store, tenant }) => {
    const key = { tenant, pk: "p", sk: "s" };
    const indexes = { byTime: { pk: "i", sk: "1" }, due: { pk: "d", sk: "1" } };
    await store.transact([put(itemAt(key, { a: 1, b: "x" }, { indexes, expiresAt: 2_000_000_000 }))]);
    await store.transact([put(itemAt(key, { c: 2 }, { v: 2 }))]);
    expect(await store.get(key)).toEqual({ ...key, v: 2, version: 2, data: { c: 2 } });
    expect((await store.query({ tenant, index: "due", pk: "d", limit: 10 })).items).toEqual([]);
  });

  check("deletes and checks obey their conditions", async ({ store, tenant }) => {
    const key = { tenant, pk: "p", sk: "s" };
    const remove = (when: Condition) => outcomeOf(store.transact([{ kind: "delete", key, when }]));
    const verify = (when: typeof ABSENT | { kind: "version"; version: number }) =>
      outcomeOf(store.transact([{ kind: "check", key, when: when.kind === "any" ? { kind: "absent" } : when }]));
    expect(await remove(ANY)).toBe("ok");
    expect(await remove(ABSENT)).toBe("ok");
    expect(await remove(atVersion(1))).toBe("store.conflict /0");
    expect(await verify({ kind: "absent" })).toBe("ok");
    await store.transact([put(itemAt(key, {}))]);
    expect(await verify({ kind: "absent" })).toBe("store.conflict /0");
    expect(await verify({ kind: "version", version: 1 })).toBe("ok");
    expect(await verify({ kind: "version", version: 2 })).toBe("store.conflict /0");
    expect(await remove(ABSENT)).toBe("store.conflict /0");
    expect(await remove(atVersion(1))).toBe("ok");
    expect(await store.get(key)).toBeUndefined();
  });
}

export function transactions(check: Check): void {
  check("a failed write leaves nothing of its transaction behind, and is named", async ({ store, tenant }) => {
    const at = (sk: string): Key => ({ tenant, pk: "p", sk });
    await store.transact([put(itemAt(at("taken"), { n: 1 }))]);
    const writes: readonly Write[] = [
      put(itemAt(at("new"), {}), ABSENT),
      { kind: "increment", key: at("taken"), field: "n", by: 1 },
      { kind: "append", record: recordOf(tenant, "one") },
      { kind: "check", key: at("other"), when: { kind: "version", version: 1 } },
      put(itemAt(at("last"), {}), atVersion(9)),
    ];
    expect(await outcomeOf(store.transact(writes))).toBe("store.conflict /3");
    expect(await store.get(at("new"))).toBeUndefined();
    expect((await store.get(at("taken")))?.data).toEqual({ n: 1 });
    expect(await outcomeOf(store.transact([{ kind: "append", record: recordOf(tenant, "one") }]))).toBe("ok");
  });

  check("a record is appended once", async ({ store, tenant }) => {
    const key = { tenant, pk: "p", sk: "s" };
    const append: Write = { kind: "append", record: recordOf(tenant, "one") };
    expect(await outcomeOf(store.transact([put(itemAt(key, { n: 1 })), append]))).toBe("ok");
    expect(await outcomeOf(store.transact([put(itemAt(key, { n: 2 })), append]))).toBe("store.conflict /1");
    expect((await store.get(key))?.data).toEqual({ n: 1 });
    const elsewhere: Write = { kind: "append", record: recordOf(freshTenant(), "one") };
    expect(await outcomeOf(store.transact([elsewhere]))).toBe("ok");
  });

  check("a hundred items are written at once", async ({ store, tenant }) => {
    const writes = Array.from({ length: 100 }, (_, i) => put(itemAt({ tenant, pk: "p", sk: `s${i}` }, { i }), ABSENT));
    expect(await outcomeOf(store.transact(writes))).toBe("ok");
    expect(
      (await allPages((after) => store.query({ tenant, pk: "p", limit: 30, ...(after && { after }) }))).length,
    ).toBe(100);
  });

  check("two tenants never see or touch each other's items", async ({ store, tenant }) => {
    const other = freshTenant();
    const key = { pk: "p", sk: "s" };
    const indexes = { byTime: { pk: "i", sk: "1" } };
    await store.transact([
      put(itemAt({ ...key, tenant }, { of: "one" }, { indexes }), ABSENT),
      put(itemAt({ ...key, tenant: other }, { of: "other" }, { indexes }), ABSENT),
    ]);
    expect((await store.get({ ...key, tenant }))?.data).toEqual({ of: "one" });
    for (const query of [{ pk: "p" }, { index: "byTime", pk: "i" } as const]) {
      const page = await store.query({ tenant: other, limit: 10, ...query });
      expect(page.items.map((item) => [item.tenant, item.data])).toEqual([[other, { of: "other" }]]);
    }
    await store.transact([{ kind: "delete", key: { ...key, tenant }, when: ANY }]);
    expect(await store.get({ ...key, tenant: other })).toBeDefined();
  });
}

export function counters(check: Check): void {
  check("concurrent increments are all counted, each with its own value", async ({ store, tenant }) => {
    const key = { tenant, pk: "p", sk: "s" };
    const values = await Promise.all(Array.from({ length: 20 }, () => store.increment({ key, field: "n", by: 1 })));
    expect(values.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(await store.get(key)).toEqual({ ...key, v: 1, version: 20, data: { n: 20 } });
  });

  check("a counter lives among other fields, in and out of transactions", async ({ store, tenant }) => {
    const key = { tenant, pk: "p", sk: "s" };
    await store.transact([put(itemAt(key, { n: 5, text: "n", inner: { m: 1 }, half: 0.5 }))]);
    expect(await store.increment({ key, field: "n", by: -7 })).toBe(-2);
    expect(await store.increment({ key, field: "fresh", by: 3 })).toBe(3);
    expect(await store.increment({ key, field: "m", by: 3 })).toBe(3);
    const increment: Write = { kind: "increment", key, field: "n", by: 10 };
    expect(await outcomeOf(store.transact([increment, { kind: "append", record: recordOf(tenant, "r") }]))).toBe("ok");
    const data = { n: 8, text: "n", inner: { m: 1 }, half: 0.5, fresh: 3, m: 3 };
    expect(await store.get(key)).toEqual({ ...key, v: 1, version: 5, data });
  });

  check("what is not a whole number is not counted", async ({ store, tenant }) => {
    const key = { tenant, pk: "p", sk: "s" };
    const data = { text: "1", half: 0.5, nothing: null, list: [1], max: Number.MAX_SAFE_INTEGER };
    await store.transact([put(itemAt(key, data))]);
    for (const field of Object.keys(data)) {
      const change = { key, field, by: 1 };
      expect(await store.increment(change).then(String, codeOfThrown), field).toBe("store.invalid");
      expect(await outcomeOf(store.transact([{ kind: "increment", ...change }])), field).toBe("store.invalid /0");
    }
    expect((await store.get(key))?.data).toEqual(data);
    expect(await store.increment({ key, field: "max", by: -1 })).toBe(Number.MAX_SAFE_INTEGER - 1);
  });
}
