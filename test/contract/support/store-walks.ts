import type { Condition, IndexKey, IndexName, ItemInput, Key, Query, Write } from "@ephor/app/ports";
import { INDEX_NAMES } from "@ephor/app/store-indexes";
import type { Tenant } from "@ephor/domain/tenant";
import fc from "fast-check";
import { expect } from "vitest";
import { allPages, StoreModel } from "./store-model.ts";
import type { Subject } from "./store-subjects.ts";

/** Few keys, so that writes meet; a non-BMP one, so that the order of bytes shows. */
const PKS = ["p", "q"];
const SKS = ["a", "b", "\uFFEE", "\u{1F600}"];
const INDEX_SKS = ["1", "2", "3"];
const SECONDS = 100;

type Place = { readonly tenant: 0 | 1; readonly pk: string; readonly sk: string };
type Step =
  | { readonly kind: "pass"; readonly seconds: number }
  | { readonly kind: "transact"; readonly writes: readonly (readonly [Place, Draft])[] };
type Draft =
  | {
      readonly kind: "put";
      readonly when: Condition;
      readonly n: number;
      readonly lifeSeconds: number | undefined;
      readonly indexes: readonly (string | undefined)[];
    }
  | { readonly kind: "delete"; readonly when: Condition }
  | { readonly kind: "check"; readonly when: Exclude<Condition, { kind: "any" }> }
  | { readonly kind: "increment"; readonly field: string; readonly by: number }
  | { readonly kind: "append"; readonly name: string };

const atVersion = fc.integer({ min: 1, max: 4 }).map((version) => ({ kind: "version", version }) as const);
const absent = fc.constant({ kind: "absent" } as const);
const condition: fc.Arbitrary<Condition> = fc.oneof(fc.constant({ kind: "any" } as const), absent, atVersion);
const place: fc.Arbitrary<Place> = fc.record({
  tenant: fc.constantFrom<0 | 1>(0, 1),
  pk: fc.constantFrom(...PKS),
  sk: fc.constantFrom(...SKS),
});
const indexSk = fc.option(fc.constantFrom(...INDEX_SKS), { nil: undefined });
const life = fc.option(fc.integer({ min: 1, max: 2 * SECONDS }), { nil: undefined });
const draft: fc.Arbitrary<Draft> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("put" as const),
      when: condition,
      n: fc.integer(),
      lifeSeconds: life,
      indexes: fc.tuple(indexSk, indexSk, indexSk, indexSk),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), when: condition }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("check" as const), when: fc.oneof(absent, atVersion) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("increment" as const),
      field: fc.constantFrom("n", "m", "text"),
      by: fc.integer({ min: -9, max: 9 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("append" as const), name: fc.constantFrom("1", "2", "3") }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: SECONDS }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("transact" as const),
      writes: fc.uniqueArray(fc.tuple(place, draft), { minLength: 1, maxLength: 5, selector: targetOf }),
    }),
  },
);

function targetOf([at, write]: readonly [Place, Draft]): string {
  return write.kind === "append" ? `${at.tenant} ${write.name}` : `${at.tenant}/${at.pk}/${at.sk}`;
}

type Walks = { readonly seed: number; readonly runs: number; readonly tenants: () => readonly [Tenant, Tenant] };

/** Walks store and model through the same random steps; outcomes, items and every query must agree. */
export async function checkAgainstModel(subject: Subject, { seed, runs, tenants }: Walks) {
  const walked = { done: 0, conflicts: 0 };
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
    const owners = tenants();
    const model = new StoreModel();
    for (const taken of steps) {
      if (taken.kind === "pass") {
        subject.clock.nowSeconds += taken.seconds;
        continue;
      }
      const writes = taken.writes.map(([at, write]) =>
        writeOf(write, { at, owners, nowSeconds: subject.clock.nowSeconds }),
      );
      const expected = model.transact(writes, subject.clock.nowSeconds);
      const result = await subject.store.transact(writes);
      expect(result.ok ? undefined : `${result.error.code} ${result.error.path}`).toBe(expected);
      walked[expected === undefined ? "done" : "conflicts"]++;
    }
    await compare(subject, { model, owners });
  });
  await fc.assert(property, { seed, numRuns: runs });
  return walked;
}

function writeOf(write: Draft, given: { at: Place; owners: readonly [Tenant, Tenant]; nowSeconds: number }): Write {
  const { at, owners, nowSeconds } = given;
  const key: Key = { tenant: owners[at.tenant], pk: at.pk, sk: at.sk };
  switch (write.kind) {
    case "put": {
      const indexes: { [I in IndexName]?: IndexKey } = {};
      for (const [i, sk] of write.indexes.entries()) {
        const name = INDEX_NAMES[i];
        if (sk !== undefined && name !== undefined) indexes[name] = { pk: "i", sk };
      }
      const item: ItemInput = {
        ...key,
        v: 1,
        data: { n: write.n, text: "m" },
        ...(write.lifeSeconds !== undefined && { expiresAt: nowSeconds + write.lifeSeconds }),
        ...(Object.keys(indexes).length > 0 && { indexes }),
      };
      return { kind: "put", item, when: write.when };
    }
    case "append": {
      const { tenant } = key;
      return {
        kind: "append",
        record: { tenant, id: `rec_${write.name}`, leaf: `{"id":"${write.name}"}`, sealed: {} },
      };
    }
    default:
      return { ...write, key };
  }
}

async function compare({ store, clock }: Subject, { model, owners }: { model: StoreModel; owners: readonly Tenant[] }) {
  for (const tenant of owners) {
    for (const pk of PKS) {
      for (const sk of SKS) {
        const key = { tenant, pk, sk };
        expect(await store.get(key)).toEqual(model.get(key, clock.nowSeconds));
      }
    }
    const ranges = [...PKS.map((pk) => ({ pk })), ...INDEX_NAMES.map((index) => ({ pk: "i", index }))];
    for (const range of ranges) {
      for (const descending of [false, true]) {
        const query: Query = { tenant, ...range, descending, limit: 3 };
        const found = await allPages((after) => store.query({ ...query, ...(after && { after }) }));
        // DynamoDB gives items of one index key in an order of its own.
        const named = (items: readonly Key[]) => items.map(({ pk, sk }) => `${pk} ${sk}`).sort();
        const expected = model.query(query, clock.nowSeconds);
        const places = (items: typeof found) =>
          items.map((item) => (query.index ? item.indexes?.[query.index]?.sk : item.sk));
        expect(places(found)).toEqual(places(expected));
        expect(named(found)).toEqual(named(expected));
      }
    }
  }
}
