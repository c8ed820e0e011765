import type { ItemInput, Write } from "@ephor/app/ports";
import { ITEM_BYTES_MAX } from "@ephor/app/store-limits";
import type { JsonObject } from "@ephor/domain/json";
import { expect } from "vitest";
import { ANY, type Check, codeOfThrown, itemAt, outcomeOf, put, recordOf } from "./support/store-cases.ts";

export function limits(check: Check): void {
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

export function values(check: Check): void {
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
