import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Write } from "@ephor/app/ports";
import { EphorException } from "@ephor/domain/error";
import { DEFAULT_TENANT as tenant } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BATCH_MAX } from "./group-commit.ts";
import { openSqlite, openSqliteReadOnly, type SqliteStore } from "./open-sqlite.ts";

let dir = "";
let file = "";
let nowSeconds = 1_900_000_000;
const opened: SqliteStore[] = [];
const clock = { now: () => timestamp(nowSeconds * 1000) };

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ephor-sqlite-"));
  file = join(dir, "data", "ephor.db");
});
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  rmSync(dir, { recursive: true });
});

function openStore(): SqliteStore {
  const result = openSqlite({ file, clock });
  if (!result.ok) throw new EphorException(result.error);
  opened.push(result.value);
  return result.value;
}

const failureOf = (at = file): string => {
  const result = openSqlite({ file: at, clock });
  if (result.ok) opened.push(result.value);
  return result.ok ? "opened" : `${result.error.code} ${result.error.path} ${result.error.message}`;
};

const putOf = (sk: string, expiresAt?: number): Write => {
  const item = { tenant, pk: "p", sk, v: 1, data: { sk }, ...(expiresAt !== undefined && { expiresAt }) };
  return { kind: "put", item, when: { kind: "absent" } };
};

test("folder and files are private to the user", () => {
  openStore();
  expect(statSync(join(dir, "data")).mode & 0o777).toBe(0o700);
  for (const name of [file, `${file}-wal`]) expect(statSync(name).mode & 0o777).toBe(0o600);
});

test("what a busy writer commits is copied into the file beside it, and a clean end leaves no log", async () => {
  const { store, close } = openStore();
  const bytes = () => statSync(file).size;
  const before = bytes();
  for (let round = 0; bytes() === before; round++) {
    const writes = Array.from({ length: 200 }, (_, at) => store.transact([putOf(`${round}-${at}`)]));
    expect((await Promise.all(writes)).every(({ ok }) => ok)).toBe(true);
    // 16,384 pages are the log at which SQLite itself would begin.
    expect(statSync(`${file}-wal`).size).toBeLessThan(16_384 * 8_192);
  }
  close();
  expect(existsSync(`${file}-wal`)).toBe(false);
  const reader = openSqliteReadOnly(file);
  expect(reader.ok).toBe(true);
  if (reader.ok) reader.value.close();
});

test("two nodes cannot open one store, and a reader beside a node sees it as of one moment", async () => {
  const { store, close } = openStore();
  expect(failureOf()).toMatch(/^store\.locked .*data\/ephor\.db another node uses this store/);
  const record = { tenant, id: "rec_0", leaf: "{}", sealed: {} } as const;
  await store.transact([{ kind: "append", record: { ...record, id: "rec_00000000000000000000000000" } }]);
  const reader = openSqliteReadOnly(file);
  if (!reader.ok) throw new EphorException(reader.error);
  const sizeSeen = () => reader.value.stored.head(tenant);
  expect(sizeSeen()).toMatchObject({ size: 1 });
  await store.transact([{ kind: "append", record: { ...record, id: "rec_00000000000000000000000001" } }]);
  expect(sizeSeen()).toMatchObject({ size: 1 });
  expect([...reader.value.stored.pages({ tenant, size: 9 })].flat()).toHaveLength(1);
  reader.value.close();
  close();
  expect(failureOf()).toBe("opened");
});

test("a reader without a node sees what was committed", async () => {
  const { store, close } = openStore();
  await store.transact([{ kind: "append", record: { tenant, id: "rec_0", leaf: "{}", sealed: {} } }]);
  close();
  const reader = openSqliteReadOnly(file);
  expect(reader.ok && [...reader.value.stored.pages({ tenant, size: 9 })].flat().length).toBe(1);
  if (reader.ok) reader.value.close();
  const none = openSqliteReadOnly(join(dir, "none.db"));
  expect(none.ok || none.error.code).toBe("store.unavailable");
});

test("a head that cannot be one is refused by those who rely on it", async () => {
  const { store, close } = openStore();
  await store.transact([{ kind: "append", record: { tenant, id: "rec_0", leaf: "{}", sealed: {} } }]);
  close();
  const db = new DatabaseSync(file);
  db.exec("DROP TRIGGER ledger_heads_grow; UPDATE ledger_heads SET frontier = 'not json'");
  db.close();
  await expect(openStore().ledger.head(tenant)).rejects.toMatchObject({ name: "ledger.invalid" });
});

test("what is not a store is refused and left as it is", () => {
  mkdirSync(join(dir, "data"));
  writeFileSync(file, "this is a letter, not a database\n".repeat(400));
  expect(failureOf()).toMatch(/^store\.corrupt .*ephor\.db the file is not an Ephor store/);
  const foreign = join(dir, "foreign.db");
  const db = new DatabaseSync(foreign);
  db.exec("CREATE TABLE songs (title TEXT)");
  db.close();
  expect(failureOf(foreign)).toMatch(/^store\.corrupt .*foreign\.db the file is a database, but not an Ephor store/);
});

test("a damaged store is refused after a crash", async () => {
  const { store, close } = openStore();
  await store.transact(Array.from({ length: 100 }, (_, i) => putOf(`s${i}`.padEnd(900, "x"))));
  close();
  truncateSync(file, statSync(file).size - 3 * 8192);
  writeFileSync(`${file}-wal`, "cut off");
  expect(failureOf()).toMatch(/^store\.corrupt .*ephor\.db the store is damaged: restore the newest backup/);
});

test("a store of a newer version is refused, naming both versions", () => {
  openStore().close();
  const db = new DatabaseSync(file);
  db.exec("UPDATE schema_version SET version = 7");
  db.close();
  expect(failureOf()).toMatch(/^store\.newer-version .* the store has version 7, this Ephor knows versions up to 1/);
  const reader = openSqliteReadOnly(file);
  expect(reader.ok || reader.error.code).toBe("store.newer-version");
});

test("a folder that cannot be written is named", () => {
  writeFileSync(join(dir, "data"), "a file where the folder should be");
  expect(failureOf()).toMatch(/^node\.data-unwritable .*ephor\.db the store cannot be written/);
});

test("a failed condition undoes its own transaction and none beside it in the batch", async () => {
  const { store, ledger } = openStore();
  const record = (n: number): Write => ({
    kind: "append",
    record: { tenant, id: `rec_${n}`, leaf: `{"n":${n}}`, sealed: {} },
  });
  const done = await Promise.all([
    store.transact([putOf("a"), record(1)]),
    store.transact([putOf("b"), record(2), putOf("a")]),
    store.transact([putOf("c"), record(3)]),
    store.transact([putOf("d"), record(1)]),
    store.transact([putOf("b"), record(4)]),
  ]);
  expect(done.map((result) => result.ok || result.error.path)).toEqual([true, "/2", true, "/1", true]);
  const { items } = await store.query({ tenant, pk: "p", limit: 10 });
  expect(items.map((item) => item.sk)).toEqual(["a", "b", "c"]);
  const entries = await ledger.entries({ tenant, from: 0, limit: 10 });
  expect(entries.map(({ seq, id }) => `${seq} ${id}`)).toEqual(["0 rec_1", "1 rec_3", "2 rec_4"]);
});

test("listeners hear of committed writes only, in order, and cannot harm the store", async () => {
  const { store, onCommit } = openStore();
  const heard: string[] = [];
  onCommit(() => {
    throw new Error("a listener that fails");
  });
  const end = onCommit((writes) => {
    for (const write of writes) if (write.kind === "put") heard.push(write.item.sk);
  });
  await Promise.all([
    store.transact([putOf("a")]),
    store.transact([putOf("x"), putOf("a")]),
    store.transact([putOf("b")]),
  ]);
  end();
  await store.transact([putOf("c")]);
  expect(heard).toEqual(["a", "b"]);
});

test("more transactions than a batch holds are all committed, in order", async () => {
  const { store, onCommit } = openStore();
  let commits = 0;
  onCommit(() => commits++);
  const key = { tenant, pk: "p", sk: "counter" };
  const values = await Promise.all(
    Array.from({ length: 2 * BATCH_MAX + 1 }, () => store.increment({ key, field: "n", by: 1 })),
  );
  expect(values).toEqual(values.map((_, i) => i + 1));
  expect(commits).toBe(3);
});

test("what waits is committed by close, and later calls fail", async () => {
  const { store, blobs, ledger, close } = openStore();
  const waiting = store.transact([putOf("a")]);
  close();
  expect((await waiting).ok).toBe(true);
  const calls = [
    store.transact([putOf("b")]),
    store.get({ tenant, pk: "p", sk: "a" }),
    store.query({ tenant, pk: "p", limit: 1 }),
    blobs.get({ tenant, id: "b" }),
    ledger.head(tenant),
  ];
  for (const call of calls) await expect(call).rejects.toMatchObject({ name: "store.unavailable" });
  expect((await openStore().store.get({ tenant, pk: "p", sk: "a" }))?.version).toBe(1);
});

test("expired items and blobs are deleted a few at a time", async () => {
  const { store, blobs, sweepExpired } = openStore();
  const expiresAt = nowSeconds + 10;
  await store.transact(["a", "b", "c"].map((sk) => putOf(sk, expiresAt)));
  await store.transact([putOf("kept"), putOf("later", expiresAt + 1)]);
  await blobs.put({ tenant, id: "blob", bytes: new Uint8Array([1]), expiresAt });
  expect(await sweepExpired(2)).toBe(0);
  nowSeconds = expiresAt;
  expect([await sweepExpired(2), await sweepExpired(2), await sweepExpired(2)]).toEqual([3, 1, 0]);
  const db = new DatabaseSync(file, { readOnly: true });
  expect(
    db
      .prepare("SELECT sk FROM items ORDER BY sk")
      .all()
      .map((row) => row["sk"]),
  ).toEqual(["kept", "later"]);
  db.close();
});

test("blobs keep their bytes apart for each tenant, are replaced and expire", async () => {
  const { blobs } = openStore();
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
  await blobs.put({ tenant, id: "b", bytes: new Uint8Array([9]) });
  await blobs.put({ tenant, id: "b", bytes, expiresAt: nowSeconds + 5 });
  expect(await blobs.get({ tenant, id: "b" })).toEqual(bytes);
  expect(await blobs.get({ tenant, id: "c" })).toBeUndefined();
  nowSeconds += 5;
  expect(await blobs.get({ tenant, id: "b" })).toBeUndefined();
  const large = { tenant, id: "large", bytes: new Uint8Array(6 * 1024 * 1024 + 1) };
  await expect(blobs.put(large)).rejects.toMatchObject({ name: "store.too-large" });
});
