import type { LedgerStore, Write } from "@ephor/app/ports";
import { leafHash } from "@ephor/domain/ledger/hash";
import { EMPTY_HEAD, sequence } from "@ephor/domain/ledger/sequence";
import { isTenant, type Tenant } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LedgerSubject, LedgerSubjectKind } from "./ledger-subjects.ts";

let tenants = 0;
/** Each case has a tenant of its own in the one store. */
export function freshTenant(): Tenant {
  const name = `ledger-${process.pid}-${tenants++}`;
  if (!isTenant(name)) throw new Error(name);
  return name;
}

const NOW = timestamp(1_900_000_000_000);

export const leafOf = (tenant: Tenant, n: number): string =>
  `{"n":${n},"tenant":"${tenant}","time":"${timestamp(1_900_000_000_000 + n)}"}`;
export const appendOf = (tenant: Tenant, n: number): Write => ({
  kind: "append",
  record: {
    tenant,
    id: `rec_${n}`,
    leaf: leafOf(tenant, n),
    sealed: { who: { salt: "c2FsdA", value: `person ${n}` } },
  },
});
const hexOf = (hashes: readonly Uint8Array[]) => hashes.map((hash) => Buffer.from(hash).toString("hex"));
/** The head over the stored leaves, worked out from nothing but their text. */
export async function headOfEntries(ledger: LedgerStore, tenant: Tenant) {
  const { size } = await ledger.head(tenant);
  const leaves: Uint8Array[] = [];
  const ids: string[] = [];
  while (leaves.length < size) {
    const entries = await ledger.entries({ tenant, from: leaves.length, limit: 1_000 });
    if (entries.length === 0) break;
    leaves.push(...entries.map(({ leaf }) => leafHash(leaf)));
    ids.push(...entries.map(({ id }) => id));
  }
  return { ids, leaves, ...sequence(EMPTY_HEAD, leaves) };
}

/** What every ledger store must do (ledger.md), whoever gives records their places. */
export function ledgerContract(kind: LedgerSubjectKind): void {
  describe(kind.name, () => {
    let opened: LedgerSubject | undefined;
    beforeAll(async () => {
      opened = await kind.open();
      if (opened === undefined) console.warn(`${kind.name} is skipped: ${kind.why}`);
    }, 120_000);
    afterAll(async () => opened?.close());
    const check = (name: string, run: (given: LedgerSubject & { tenant: Tenant }) => Promise<void>) =>
      test(name, async (context) => {
        if (opened === undefined) return context.skip(kind.why);
        return run({ ...opened, tenant: freshTenant() });
      }, 60_000);

    places(check);
    reads(check);
    checkpoints(check);
  });
}

type Check = (name: string, run: (given: LedgerSubject & { tenant: Tenant }) => Promise<void>) => void;

async function appendAll({ store }: LedgerSubject, of: { tenant: Tenant; from?: number; to: number }): Promise<void> {
  for (let n = of.from ?? 0; n < of.to; ) {
    const end = Math.min(n + 100, of.to);
    const done = await store.transact(Array.from({ length: end - n }, (_, i) => appendOf(of.tenant, n + i)));
    expect(done).toEqual({ ok: true, value: undefined });
    n = end;
  }
}

function places(check: Check): void {
  check("head and hashes are those of the records, for each tenant alone", async ({ tenant, ...subject }) => {
    const other = freshTenant();
    await appendAll(subject, { tenant, to: 700 });
    await appendAll(subject, { tenant: other, to: 3 });
    await subject.settle(tenant);
    const { ledger } = subject;
    const leaves = Array.from({ length: 700 }, (_, n) => leafHash(leafOf(tenant, n)));
    const expected = sequence(EMPTY_HEAD, leaves);
    expect(await ledger.head(tenant)).toEqual(expected.head);
    const hashes = async (of: { level: number; from: number; count: number }) =>
      hexOf(await ledger.hashes({ tenant, ...of }));
    expect(await hashes({ level: 0, from: 250, count: 20 })).toEqual(hexOf(leaves.slice(250, 270)));
    expect(await hashes({ level: 0, from: 699, count: 256 })).toEqual(hexOf(leaves.slice(699)));
    expect(await hashes({ level: 1, from: 0, count: 256 })).toEqual(hexOf(expected.hashes.map(({ hash }) => hash)));
    expect(await hashes({ level: 2, from: 0, count: 256 })).toEqual([]);
    await subject.settle(other);
    expect((await ledger.head(other)).size).toBe(3);
    expect(await ledger.head(freshTenant())).toEqual(EMPTY_HEAD);
  });

  check("records that come later stand behind those that have their place", async ({ tenant, ...subject }) => {
    await appendAll(subject, { tenant, to: 5 });
    await subject.settle(tenant);
    const before = await subject.ledger.entries({ tenant, from: 0, limit: 10 });
    await appendAll(subject, { tenant, from: 5, to: 9 });
    await subject.settle(tenant);
    const after = await subject.ledger.entries({ tenant, from: 0, limit: 10 });
    expect(after.slice(0, 5)).toEqual(before);
    expect(after.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect((await headOfEntries(subject.ledger, tenant)).head).toEqual(await subject.ledger.head(tenant));
  });

  check("a record that was appended before conflicts and changes nothing", async ({ tenant, store, ...subject }) => {
    await appendAll({ store, ...subject }, { tenant, to: 2 });
    await subject.settle(tenant);
    const head = await subject.ledger.head(tenant);
    const again = await store.transact([appendOf(tenant, 1)]);
    expect(again).toMatchObject({ ok: false, error: { code: "store.conflict", path: "/0" } });
    await subject.settle(tenant);
    expect(await subject.ledger.head(tenant)).toEqual(head);
  });

  check("settling an empty log, or one that is settled, changes nothing", async ({ tenant, ...subject }) => {
    await subject.settle(tenant);
    expect(await subject.ledger.head(tenant)).toEqual(EMPTY_HEAD);
    await appendAll(subject, { tenant, to: 3 });
    await subject.settle(tenant);
    await subject.settle(tenant);
    expect((await subject.ledger.head(tenant)).size).toBe(3);
  });
}

function reads(check: Check): void {
  check("records are read in order and by id, with the values beside them", async ({ tenant, ...subject }) => {
    await appendAll(subject, { tenant, to: 30 });
    await subject.settle(tenant);
    const { ledger } = subject;
    const entries = await ledger.entries({ tenant, from: 10, limit: 5 });
    expect(entries.map(({ seq, id }) => `${seq} ${id}`)).toEqual([10, 11, 12, 13, 14].map((n) => `${n} rec_${n}`));
    expect(await ledger.entry({ tenant, id: "rec_7" })).toEqual({
      seq: 7,
      id: "rec_7",
      leaf: leafOf(tenant, 7),
      sealed: { who: { salt: "c2FsdA", value: "person 7" } },
    });
    expect(await ledger.entry({ tenant: freshTenant(), id: "rec_7" })).toBeUndefined();
    expect(await ledger.entries({ tenant, from: 30, limit: 10 })).toEqual([]);
  });

  check("a range beyond its bounds is refused", async ({ tenant, ledger }) => {
    const refused = { name: "store.invalid" };
    for (const limit of [0, 1_001, 1.5]) {
      await expect(ledger.entries({ tenant, from: 0, limit })).rejects.toMatchObject(refused);
      await expect(ledger.checkpoints({ tenant, afterSize: 0, limit })).rejects.toMatchObject(refused);
    }
    await expect(ledger.entries({ tenant, from: -1, limit: 1 })).rejects.toMatchObject(refused);
    await expect(ledger.hashes({ tenant, level: 0, from: 0, count: 257 })).rejects.toMatchObject(refused);
  });
}

function checkpoints(check: Check): void {
  check("only the stored head can be checkpointed, once", async ({ tenant, ...subject }) => {
    const { ledger } = subject;
    await appendAll(subject, { tenant, to: 3 });
    await subject.settle(tenant);
    const { size, root } = await ledger.head(tenant);
    const putting = async (of: { size?: number; noted?: string; root?: string; tail?: string }) => {
      const note = `origin\n${of.noted ?? of.size ?? size}\n${of.root ?? root}\n\n${of.tail ?? "- key signature"}\n`;
      const done = await ledger.putCheckpoint({ tenant, size: of.size ?? size, note, signedAt: NOW });
      return done.ok ? "ok" : done.error.code;
    };
    expect(await putting({ size: size + 1 })).toBe("store.conflict");
    expect(await putting({ size: size - 1 })).toBe("store.conflict");
    expect(await putting({ noted: "2" })).toBe("store.conflict");
    expect(await putting({ root: "AAAA" })).toBe("store.conflict");
    expect(await putting({})).toBe("ok");
    expect(await putting({})).toBe("ok");
    expect(await putting({ tail: "- other signature" })).toBe("store.conflict");
    await appendAll(subject, { tenant, from: 3, to: 12 });
    await subject.settle(tenant);
    expect(await putting({})).toBe("store.conflict");
    const grown = await ledger.head(tenant);
    expect(await putting({ size: grown.size, root: grown.root })).toBe("ok");
    expect((await ledger.checkpoint(tenant))?.size).toBe(12);
    expect((await ledger.checkpoint(tenant))?.signedAt).toBe(NOW);
    const sizes = async (of: { afterSize: number; limit: number }) =>
      (await ledger.checkpoints({ tenant, ...of })).map((checkpoint) => checkpoint.size);
    expect(await sizes({ afterSize: 0, limit: 10 })).toEqual([3, 12]);
    expect(await sizes({ afterSize: 3, limit: 10 })).toEqual([12]);
    expect(await sizes({ afterSize: 0, limit: 1 })).toEqual([3]);
    expect(await ledger.checkpoint(freshTenant())).toBeUndefined();
  });
}
