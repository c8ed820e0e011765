import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Write } from "@ephor/app/ports";
import { EphorException } from "@ephor/domain/error";
import { leafHash } from "@ephor/domain/ledger/hash";
import { EMPTY_HEAD, sequence } from "@ephor/domain/ledger/sequence";
import { isTenant, type Tenant } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { openSqlite, type SqliteStore } from "@ephor/local/sqlite/open-sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";

const NOW = timestamp(1_900_000_000_000);
const tenantOf = (name: string): Tenant => {
  if (!isTenant(name)) throw new Error(name);
  return name;
};
const [one, two] = [tenantOf("one"), tenantOf("two")];

let dir = "";
let sqlite: SqliteStore;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ephor-ledger-"));
  const opened = openSqlite({ file: join(dir, "ephor.db"), clock: { now: () => NOW } });
  if (!opened.ok) throw new EphorException(opened.error);
  sqlite = opened.value;
});
afterEach(() => {
  sqlite.close();
  rmSync(dir, { recursive: true });
});

const hexOf = (hashes: readonly Uint8Array[]) => hashes.map((hash) => Buffer.from(hash).toString("hex"));
const leafOf = (tenant: Tenant, n: number): string => `{"n":${n},"tenant":"${tenant}"}`;
const appendOf = (tenant: Tenant, n: number): Write => ({
  kind: "append",
  record: {
    tenant,
    id: `rec_${n}`,
    leaf: leafOf(tenant, n),
    sealed: { who: { salt: "c2FsdA", value: `person ${n}` } },
  },
});

/** Appends `count` records for a tenant, in commits of uneven size, and gives their leaf hashes in order. */
async function appendAll(tenant: Tenant, count: number): Promise<Uint8Array[]> {
  for (let n = 0, size = 1; n < count; n += size, size = (size * 3 + 1) % 97) {
    const upTo = Math.min(n + size, count);
    await Promise.all(Array.from({ length: upTo - n }, (_, i) => sqlite.store.transact([appendOf(tenant, n + i)])));
  }
  return Array.from({ length: count }, (_, n) => leafHash(leafOf(tenant, n)));
}

test("the stored head and hashes are those of the records, for each tenant alone", async () => {
  const leaves = await appendAll(one, 700);
  await appendAll(two, 3);
  const expected = sequence(EMPTY_HEAD, leaves);
  expect(await sqlite.ledger.head(one)).toEqual(expected.head);
  const hashes = async (of: { level: number; from: number; count: number }) =>
    hexOf(await sqlite.ledger.hashes({ tenant: one, ...of }));
  expect(await hashes({ level: 0, from: 250, count: 20 })).toEqual(hexOf(leaves.slice(250, 270)));
  const tiles = expected.hashes.filter(({ level }) => level === 1).map(({ hash }) => hash);
  expect(tiles.length).toBe(2);
  expect(await hashes({ level: 1, from: 0, count: 256 })).toEqual(hexOf(tiles));
  expect(await hashes({ level: 2, from: 0, count: 256 })).toEqual([]);
  const small = sequence(
    EMPTY_HEAD,
    [0, 1, 2].map((n) => leafHash(leafOf(two, n))),
  );
  expect(await sqlite.ledger.head(two)).toEqual(small.head);
  expect(await sqlite.ledger.head(tenantOf("none"))).toEqual(EMPTY_HEAD);
});

test("records are read in order and by id, with the values beside them", async () => {
  await appendAll(one, 30);
  const entries = await sqlite.ledger.entries({ tenant: one, from: 10, limit: 5 });
  expect(entries.map(({ seq, id }) => `${seq} ${id}`)).toEqual([10, 11, 12, 13, 14].map((n) => `${n} rec_${n}`));
  expect(await sqlite.ledger.entry({ tenant: one, id: "rec_7" })).toEqual({
    seq: 7,
    id: "rec_7",
    leaf: leafOf(one, 7),
    sealed: { who: { salt: "c2FsdA", value: "person 7" } },
  });
  expect(await sqlite.ledger.entry({ tenant: two, id: "rec_7" })).toBeUndefined();
  for (const limit of [0, 1_001]) {
    const read = sqlite.ledger.entries({ tenant: one, from: 0, limit });
    await expect(read).rejects.toMatchObject({ name: "store.invalid" });
  }
});

test("erased values leave the record and every hash as they were", async () => {
  await appendAll(one, 3);
  const before = await sqlite.ledger.head(one);
  const db = new DatabaseSync(join(dir, "ephor.db"));
  db.exec("UPDATE ledger_sealed SET sealed = NULL WHERE tenant = 'one' AND seq = 1");
  db.close();
  expect(await sqlite.ledger.entry({ tenant: one, id: "rec_1" })).toMatchObject({ leaf: leafOf(one, 1), sealed: null });
  await sqlite.store.transact([appendOf(one, 3)]);
  const leaves = [0, 1, 2, 3].map((n) => leafHash(leafOf(one, n)));
  expect(sequence(EMPTY_HEAD, leaves.slice(0, 3)).head).toEqual(before);
  expect(await sqlite.ledger.head(one)).toEqual(sequence(EMPTY_HEAD, leaves).head);
});

test("records, hashes, heads and checkpoints refuse to be changed, deleted or replaced", async () => {
  await appendAll(one, 300);
  const { size, root } = await sqlite.ledger.head(one);
  await sqlite.ledger.putCheckpoint({ tenant: one, size, note: `o\n${size}\n${root}\n\n- k s\n`, signedAt: NOW });
  const db = new DatabaseSync(join(dir, "ephor.db"));
  const refused = [
    "UPDATE ledger_records SET leaf = '{}' WHERE seq = 5",
    "DELETE FROM ledger_records WHERE seq = 299",
    "DELETE FROM ledger_records",
    "UPDATE ledger_hashes SET hash = x'00'",
    "DELETE FROM ledger_hashes",
    "UPDATE ledger_checkpoints SET note = ''",
    "DELETE FROM ledger_checkpoints",
    "UPDATE ledger_heads SET root = ''",
    "UPDATE ledger_heads SET size = 1",
    "DELETE FROM ledger_heads",
    "INSERT OR REPLACE INTO ledger_records SELECT tenant, seq, id, '{}', leaf_hash FROM ledger_records LIMIT 1",
    "INSERT OR REPLACE INTO ledger_checkpoints SELECT tenant, size, '', signed_at FROM ledger_checkpoints",
  ];
  // As the store's own connection is set; another could drop the triggers as well, which verification then sees.
  db.exec("PRAGMA recursive_triggers = ON");
  for (const sql of refused) expect(() => db.exec(sql), sql).toThrow(/append-only|only grows/);
  db.close();
});

test("only the stored head can be checkpointed, once", async () => {
  await appendAll(one, 3);
  const { size, root } = await sqlite.ledger.head(one);
  const putting = async (of: { size?: number; noted?: string; root?: string; tail?: string }) => {
    const note = `origin\n${of.noted ?? of.size ?? size}\n${of.root ?? root}\n\n${of.tail ?? "- key signature"}\n`;
    const done = await sqlite.ledger.putCheckpoint({ tenant: one, size: of.size ?? size, note, signedAt: NOW });
    return done.ok ? "ok" : done.error.code;
  };
  expect(await putting({ size: size + 1 })).toBe("store.conflict");
  expect(await putting({ size: size - 1 })).toBe("store.conflict");
  expect(await putting({ noted: "2" })).toBe("store.conflict");
  expect(await putting({ root: "AAAA" })).toBe("store.conflict");
  expect(await putting({})).toBe("ok");
  expect(await putting({})).toBe("ok");
  expect(await putting({ tail: "- other signature" })).toBe("store.conflict");
  await sqlite.store.transact([appendOf(one, 3)]);
  expect(await putting({})).toBe("store.conflict");
  const grown = await sqlite.ledger.head(one);
  expect(await putting({ size: grown.size, root: grown.root })).toBe("ok");
  expect((await sqlite.ledger.checkpoint(one))?.size).toBe(4);
  const listed = await sqlite.ledger.checkpoints({ tenant: one, afterSize: 0, limit: 10 });
  expect(listed.map((checkpoint) => checkpoint.size)).toEqual([3, 4]);
  expect(await sqlite.ledger.checkpoint(two)).toBeUndefined();
});

test("a head that was tampered with is not built upon", async () => {
  await appendAll(one, 5);
  const db = new DatabaseSync(join(dir, "ephor.db"));
  db.exec("DROP TRIGGER ledger_heads_grow; UPDATE ledger_heads SET size = 4");
  db.close();
  await expect(sqlite.store.transact([appendOf(one, 9)])).rejects.toMatchObject({ name: "ledger.invalid" });
  await expect(sqlite.ledger.head(one)).rejects.toMatchObject({ name: "ledger.invalid" });
  const elsewhere = await sqlite.store.transact([appendOf(two, 1)]);
  expect(elsewhere.ok).toBe(true);
});
