import type { Key } from "@ephor/app/ports";
import { INDEX_NAMES } from "@ephor/app/store-indexes";
import { expect } from "vitest";
import { ABSENT, ANY, atVersion, type Check, itemAt, outcomeOf, put } from "./support/store-cases.ts";
import { allPages } from "./support/store-model.ts";

export function queries(check: Check): void {
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

export function expiry(check: Check): void {
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
