import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MIGRATIONS, type Migration } from "./migrations.ts";
import { openDatabase } from "./open-database.ts";
import { SCHEMA_1 } from "./schema.ts";

let dir = "";
let file = "";

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ephor-migrate-"));
  file = join(dir, "ephor.db");
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A store as the first release made it: its SQL text alone, and a row. */
function makeVersionOne(): void {
  const db = new DatabaseSync(file);
  db.exec(`${SCHEMA_1} UPDATE schema_version SET version = 1;
    INSERT INTO items (pk, sk, version, v, data) VALUES ('default#p', 's', 3, 1, '{"n":1}');`);
  db.close();
}

function opened(migrations: readonly Migration[]) {
  const result = openDatabase({ file, migrations });
  if (!result.ok) return { code: result.error.code };
  const { db, migrated, release } = result.value;
  const item = db.prepare("SELECT * FROM items").get();
  db.close();
  release();
  return { migrated, item };
}

const TWO: Migration = { version: 2, sql: "ALTER TABLE items ADD COLUMN note TEXT NOT NULL DEFAULT 'upgraded'" };
const THREE: Migration = { version: 3, sql: "UPDATE items SET note = note || ' twice'" };

/** A released text that changed would leave stores that differ though they have one version. */
test("the SQL of released versions stays as it was released", () => {
  const digests = MIGRATIONS.map(({ sql }) => createHash("sha256").update(sql).digest("hex").slice(0, 16));
  expect(digests).toEqual(["13a85386a4910ad2"]);
});

test("a store of version 1 opens today with all it holds", () => {
  makeVersionOne();
  const newest = MIGRATIONS.at(-1)?.version;
  expect(opened(MIGRATIONS)).toMatchObject({
    migrated: { from: 1, to: newest },
    item: { data: '{"n":1}', version: 3 },
  });
});

test("missing migrations run once, in order, after a copy beside the store", () => {
  makeVersionOne();
  const migrations = [...MIGRATIONS, TWO, THREE];
  expect(opened(migrations)).toMatchObject({ migrated: { from: 1, to: 3 }, item: { note: "upgraded twice" } });
  expect(opened(migrations)).toMatchObject({ migrated: { from: 3, to: 3 }, item: { note: "upgraded twice" } });
  const copy = new DatabaseSync(`${file}.v1.backup`, { readOnly: true });
  expect(copy.prepare("SELECT version FROM schema_version").get()?.["version"]).toBe(1);
  expect(copy.prepare("SELECT data FROM items").get()?.["data"]).toBe('{"n":1}');
  copy.close();
});

test("a migration that fails leaves the store as it was, and can be run again", () => {
  makeVersionOne();
  const broken: Migration = { version: 3, sql: "UPDATE items SET nothing = 1" };
  expect(opened([...MIGRATIONS, TWO, broken])).toEqual({ code: "store.unavailable" });
  expect(opened(MIGRATIONS)).toMatchObject({ migrated: { from: 1, to: 1 } });
  expect(opened([...MIGRATIONS, TWO])).toMatchObject({ migrated: { from: 1, to: 2 }, item: { note: "upgraded" } });
});

test("a new store needs no copy", () => {
  expect(opened(MIGRATIONS)).toMatchObject({ migrated: { from: 0, to: MIGRATIONS.at(-1)?.version } });
  expect(existsSync(`${file}.v0.backup`)).toBe(false);
});
