import type { Condition, ItemInput, Key, Store, Write } from "@ephor/app/ports";
import { INDEX_NAMES } from "@ephor/app/store-indexes";
import { ITEM_BYTES_MAX } from "@ephor/app/store-limits";
import { EphorException } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import type { SealedRecord } from "@ephor/domain/ledger/record";
import { isTenant, type Tenant } from "@ephor/domain/tenant";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allPages } from "./support/store-model.ts";
import type { Subject, SubjectKind } from "./support/store-subjects.ts";

let tenants = 0;
/** Each case has a tenant of its own in the one store. */
export function freshTenant(): Tenant {
  const name = `tenant-${process.pid}-${tenants++}`;
  if (!isTenant(name)) throw new Error(name);
  return name;
}

const ABSENT: Condition = { kind: "absent" };
const ANY: Condition = { kind: "any" };
const atVersion = (version: number): Condition => ({ kind: "version", version });

const itemAt = (key: Key, data: JsonObject, more: Partial<ItemInput> = {}): ItemInput => ({
  ...key,
  v: 1,
  data,
  ...more,
});
const put = (item: ItemInput, when: Condition = ANY): Write => ({ kind: "put", item, when });
const recordOf = (tenant: Tenant, name: string): SealedRecord => ({
  tenant,
  id: `rec_${name}`,
  leaf: `{"id":"${name}"}`,
  sealed: {},
});

const outcomeOf = async (done: ReturnType<Store["transact"]>): Promise<string> => {
  const result = await done;
  return result.ok ? "ok" : `${result.error.code} ${result.error.path}`;
};

const codeOfThrown = (error: unknown): string => (error instanceof EphorException ? error.error.code : String(error));

/** The cases that every store must pass (architecture rule 8). Gives access to the open subject for further suites. */
export function storeContract(kind: SubjectKind, more: (subject: () => Subject) => void): void {
  describe(kind.name, () => {
    let opened: Subject | undefined;
    const subject = (): Subject => {
      if (opened === undefined) throw new Error(`${kind.name} is not open`);
      return opened;
    };
    beforeAll(async () => {
      opened = await kind.open();
      if (opened === undefined) console.warn(`${kind.name} is skipped: ${kind.why}`);
    }, 120_000);
    afterAll(async () => opened?.close());
    const check = (name: string, run: (given: Subject & { tenant: Tenant }) => Promise<void>) =>
      test(name, async (context) => {
        if (opened === undefined) return context.skip(kind.why);
        return run({ ...opened, tenant: freshTenant() });
      });

    describe("conditional writes", () => conditionalWrites(check));
    describe("transactions", () => transactions(check));
    describe("counters", () => counters(check));
    describe("queries", () => queries(check));
    describe("expiry", () => expiry(check));
    describe("limits", () => limits(check));
    describe("values", () => values(check));
    more(subject);
  });
}

type Check = (name: string, run: (given: Subject & { tenant: Tenant }) => Promise<void>) => void;

function conditionalWrites(check: Check): void {
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

function transactions(check: Check): void {
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

function counters(check: Check): void {
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

function queries(check: Check): void {
  const sks = ["a", "b", "ba", "\u{1F600}", "\uFFEE", "é", "z"];
  /** By UTF-8 bytes: the emoji stands after U+FFEE, unlike in JavaScript. */
  const ordered = ["a", "b", "ba", "z", "é", "\uFFEE", "\u{1F600}"];

  for (const index of [undefined, ...INDEX_NAMES]) {
    for (const descending of [false, true]) {
      check(
        `${index ?? "the table"} is read ${descending ? "down" : "up"} in pages of any size`,
        async ({ store, tenant }) => {
          const place = (sk: string) => ({
            pk: index === undefined ? "p" : `other ${sk}`,
            sk: index === undefined ? sk : "s",
          });
          const at = (sk: string) => (index === undefined ? {} : { indexes: { [index]: { pk: "p", sk } } });
          const writes = sks.map((sk) => put(itemAt({ tenant, ...place(sk) }, { sk }, at(sk))));
          await store.transact(writes);
          const base = { tenant, pk: "p", descending, ...(index !== undefined && { index }) };
          const expected = descending ? [...ordered].reverse() : ordered;
          for (const limit of [1, 2, 3, 7, 1000]) {
            const items = await allPages((after) => store.query({ ...base, limit, ...(after && { after }) }));
            expect(items.map((item) => item.data["sk"])).toEqual(expected);
          }
          const range = { from: "b", to: "\uFFEE" };
          const items = await allPages((after) =>
            store.query({ ...base, ...range, limit: 2, ...(after && { after }) }),
          );
          const inside = ordered.slice(1, 6);
          expect(items.map((item) => item.data["sk"])).toEqual(descending ? inside.reverse() : inside);
        },
      );

      check(
        `a position in ${index ?? "the table"} read ${descending ? "down" : "up"} survives its item`,
        async ({ store, tenant }) => {
          const pkOf = (i: number) => (index === undefined ? "p" : `o${i}`);
          const keys = [1, 2, 3, 4].map((i): Key => ({ tenant, pk: pkOf(i), sk: `s${i}` }));
          const at = (sk: string) => (index === undefined ? {} : { indexes: { [index]: { pk: "p", sk } } });
          await store.transact(keys.map((key) => put(itemAt(key, {}, at(key.sk)))));
          const base = { tenant, pk: "p", descending, limit: 2, ...(index !== undefined && { index }) };
          const { next, items } = await store.query(base);
          if (next === undefined) throw new Error("a page of two of four has no next");
          await store.transact(items.map((key) => ({ kind: "delete", key, when: ANY }) as const));
          const rest = await allPages((after) => store.query({ ...base, after: after ?? next }));
          expect(rest.map((item) => item.sk)).toEqual(descending ? ["s2", "s1"] : ["s3", "s4"]);
        },
      );
    }
  }

  check("items of one index key are each read once", async ({ store, tenant }) => {
    const writes = Array.from({ length: 9 }, (_, i) =>
      put(itemAt({ tenant, pk: `p${i}`, sk: "s" }, { i }, { indexes: { byOpen: { pk: "x", sk: "same" } } })),
    );
    await store.transact(writes);
    for (const descending of [false, true]) {
      const base = { tenant, index: "byOpen", pk: "x", limit: 2, descending } as const;
      const items = await allPages((after) => store.query({ ...base, ...(after && { after }) }));
      expect(items.map((item) => item.data["i"]).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  check(
    "a reversed range, an empty partition and a position past the range have no items",
    async ({ store, tenant }) => {
      await store.transact([put(itemAt({ tenant, pk: "p", sk: "m" }, {}))]);
      const empty = { items: [] };
      expect(await store.query({ tenant, pk: "p", from: "z", to: "a", limit: 5 })).toEqual(empty);
      expect(await store.query({ tenant, pk: "none", limit: 5 })).toEqual(empty);
      expect(await store.query({ tenant, pk: "p", to: "n", after: { pk: "p", sk: "x" }, limit: 5 })).toEqual(empty);
      const before = await store.query({ tenant, pk: "p", from: "b", after: { pk: "p", sk: "a" }, limit: 5 });
      expect(before.items.length).toBe(1);
    },
  );

  check("large pages are cut and lose nothing", async ({ store, tenant }) => {
    const filler = "x".repeat(300_000);
    for (let i = 0; i < 8; i++) await store.transact([put(itemAt({ tenant, pk: "p", sk: `s${i}` }, { filler }))]);
    const first = await store.query({ tenant, pk: "p", limit: 1000 });
    expect(first.next).toBeDefined();
    const items = await allPages((after) => store.query({ tenant, pk: "p", limit: 1000, ...(after && { after }) }));
    expect(items.map((item) => item.sk)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((i) => `s${i}`));
  });
}

function expiry(check: Check): void {
  check("an expired item is gone for reads, queries and conditions", async ({ store, clock, tenant }) => {
    const key = { tenant, pk: "p", sk: "s" };
    const indexes = { byTime: { pk: "i", sk: "1" } };
    const expiresAt = clock.nowSeconds + 10;
    const item = itemAt(key, { n: 7 }, { expiresAt, indexes });
    await store.transact([put(item), put(itemAt({ ...key, sk: "stays" }, {}))]);
    await store.transact([put(item, atVersion(1))]);
    expect(await store.get(key)).toEqual({ ...item, version: 2 });
    clock.nowSeconds = expiresAt;
    expect(await store.get(key)).toBeUndefined();
    const items = await allPages((after) => store.query({ tenant, pk: "p", limit: 1, ...(after && { after }) }));
    expect(items.map((found) => found.sk)).toEqual(["stays"]);
    expect((await store.query({ tenant, index: "byTime", pk: "i", limit: 1 })).items).toEqual([]);
    expect(await outcomeOf(store.transact([put(item, atVersion(2))]))).toBe("store.conflict /0");
    expect(await outcomeOf(store.transact([{ kind: "check", key, when: { kind: "absent" } }]))).toBe("ok");
  });

  for (const when of [ABSENT, ANY]) {
    check(`an expired item is put anew at version 1 (${when.kind})`, async ({ store, clock, tenant }) => {
      const key = { tenant, pk: "p", sk: "s" };
      for (let i = 0; i < 3; i++)
        await store.transact([put(itemAt(key, { old: 1 }, { expiresAt: clock.nowSeconds + 1 }))]);
      clock.nowSeconds += 1;
      expect(await outcomeOf(store.transact([put(itemAt(key, { fresh: 1 }), when)]))).toBe("ok");
      expect(await store.get(key)).toEqual({ ...key, v: 1, version: 1, data: { fresh: 1 } });
    });
  }

  check("an expired counter begins anew", async ({ store, clock, tenant }) => {
    const [one, two] = [
      { tenant, pk: "p", sk: "1" },
      { tenant, pk: "p", sk: "2" },
    ];
    const expiresAt = clock.nowSeconds + 1;
    await store.transact([one, two].map((key) => put(itemAt(key, { n: 5, other: 1 }, { expiresAt }))));
    clock.nowSeconds = expiresAt;
    expect(await store.increment({ key: one, field: "n", by: 2 })).toBe(2);
    expect(await outcomeOf(store.transact([{ kind: "increment", key: two, field: "n", by: 2 }]))).toBe("ok");
    for (const key of [one, two]) expect(await store.get(key)).toEqual({ ...key, v: 1, version: 1, data: { n: 2 } });
  });
}

function limits(check: Check): void {
  check("items, keys, transactions and ranges beyond the limits are refused", async ({ store, tenant }) => {
    const key = { tenant, pk: "p", sk: "s" };
    const write = (item: Partial<ItemInput>) => outcomeOf(store.transact([put({ ...itemAt(key, {}), ...item })]));
    expect(await write({ data: { x: "x".repeat(ITEM_BYTES_MAX - 2_000) } })).toBe("ok");
    expect(await write({ data: { x: "x".repeat(ITEM_BYTES_MAX) } })).toBe("store.too-large /0");
    expect(await write({ data: { x: "é".repeat(ITEM_BYTES_MAX / 2) } })).toBe("store.too-large /0");
    expect(await write({ pk: "" })).toBe("store.invalid /0/item/pk");
    expect(await write({ sk: "x".repeat(1_024) })).toBe("ok");
    expect(await write({ sk: "é".repeat(513) })).toBe("store.too-large /0/item/sk");
    expect(await write({ sk: "\uD800" })).toBe("store.invalid /0/item/sk");
    expect(await write({ pk: "$ledger#x" })).toBe("store.invalid /0/item/pk");
    expect(await write({ indexes: { due: { pk: "d", sk: "" } } })).toBe("store.invalid /0/item/indexes/due/sk");
    expect(await write({ expiresAt: 1.5 })).toBe("store.invalid /0/item/expiresAt");
    expect(await outcomeOf(store.transact([]))).toBe("store.invalid ");
    expect(await outcomeOf(store.transact([put(itemAt(key, {})), { kind: "delete", key, when: ANY }]))).toBe(
      "store.invalid /1",
    );
    const many = Array.from({ length: 101 }, (_, i) => put(itemAt({ ...key, sk: `s${i}` }, {})));
    expect(await outcomeOf(store.transact(many))).toBe("store.too-large ");
    const large = Array.from({ length: 11 }, (_, i) =>
      put(itemAt({ ...key, sk: `s${i}` }, { x: "x".repeat(400_000) })),
    );
    expect(await outcomeOf(store.transact(large))).toBe("store.too-large ");
    const append: Write = { kind: "append", record: { ...recordOf(tenant, "large"), leaf: "x".repeat(65_536) } };
    expect(await outcomeOf(store.transact([append]))).toBe("store.too-large /0/record/leaf");
    expect(await outcomeOf(store.transact([{ kind: "increment", key, field: "a.b", by: 1 }]))).toBe(
      "store.invalid /0/field",
    );
  });

  check("reads refuse what no store could answer", async ({ store, tenant }) => {
    const refused = (read: Promise<unknown>) => read.then(() => "answered", codeOfThrown);
    for (const limit of [0, 1_001, 1.5])
      expect(await refused(store.query({ tenant, pk: "p", limit }))).toBe("store.invalid");
    expect(await refused(store.query({ tenant, pk: "p", limit: 1, after: { pk: "q", sk: "s" } }))).toBe(
      "store.invalid",
    );
    const after = { pk: "p", sk: "s" };
    expect(await refused(store.query({ tenant, index: "due", pk: "p", limit: 1, after }))).toBe("store.invalid");
    expect(await refused(store.get({ tenant, pk: "p", sk: "" }))).toBe("store.invalid");
    expect(await refused(store.increment({ key: { tenant, pk: "p", sk: "s" }, field: "n", by: 0.5 }))).toBe(
      "store.invalid",
    );
  });
}

function values(check: Check): void {
  check("every JSON value comes back as it was", async ({ store, tenant }) => {
    const deep: JsonObject = JSON.parse(`${'{"a":['.repeat(500)}1${"]}".repeat(500)}`);
    const data: JsonObject = {
      numbers: [0, 1e300, -1e-300, 2 ** 53, 2 ** 64, 0.1, Number.MAX_VALUE, Number.MIN_VALUE],
      large: 2 ** 60,
      tiny: 5e-324,
      whole: -42,
      strings: ["", " ", "\u0000", "\uD800", "\uDC00x", "é", "\u{1F600}", "\u2028", '"\\'],
      "": { "": "" },
      "a.b#:c": null,
      "\uD800": true,
      proto: { constructor: 1, toString: "x" },
      lists: [[], [[]], {}, [null, false]],
      deep,
    };
    const key = { tenant, pk: "p\u0000q", sk: "s\u0000" };
    await store.transact([put(itemAt(key, data))]);
    const item = await store.get(key);
    expect(item).toEqual({ ...key, v: 1, version: 1, data });
    expect(Object.keys(item?.data ?? {})).toEqual(Object.keys(data));
  });

  check("a negative zero is a zero, as in any JSON text", async ({ store, tenant }) => {
    const key = { tenant, pk: "p", sk: "s" };
    await store.transact([put(itemAt(key, { zero: -0, list: [-0] }))]);
    expect(Object.is((await store.get(key))?.data["zero"], 0)).toBe(true);
  });

  check("names that objects are born with are names like others", async ({ store, tenant }) => {
    const key = { tenant, pk: "p", sk: "s" };
    const data: JsonObject = JSON.parse('{"__proto__":{"x":1},"constructor":7,"hasOwnProperty":8}');
    await store.transact([put(itemAt(key, data))]);
    expect(JSON.stringify((await store.get(key))?.data)).toBe(JSON.stringify(data));
    expect(await store.increment({ key, field: "constructor", by: 1 })).toBe(8);
    expect(await store.increment({ key, field: "toString", by: 1 })).toBe(1);
  });
}
