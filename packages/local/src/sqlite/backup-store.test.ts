import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Write } from "@ephor/app/ports";
import { EphorException } from "@ephor/domain/error";
import { DEFAULT_TENANT as tenant } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { afterEach, beforeEach, expect, test } from "vitest";
import { backupStore } from "./backup-store.ts";
import { openSqlite } from "./open-sqlite.ts";

const clock = { now: () => timestamp(1_900_000_000_000) };
const filler = "x".repeat(4_000);
let dir = "";

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ephor-backup-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

function open(file: string) {
  const opened = openSqlite({ file, clock });
  if (!opened.ok) throw new EphorException(opened.error);
  return opened.value;
}

/** Two items that must always be of one round, and a record. */
const roundOf = (n: number): readonly Write[] => [
  ...["a", "b"].map(
    (sk): Write => ({ kind: "put", item: { tenant, pk: "p", sk, v: 1, data: { n, filler } }, when: { kind: "any" } }),
  ),
  { kind: "append", record: { tenant, id: `rec_${n}`, leaf: `{"n":${n}}`, sealed: {} } },
];

test("a copy made under writes is of one moment, checksummed, and opens as a store", async () => {
  const { store, backup, close } = open(join(dir, "data", "ephor.db"));
  for (let n = 0; n < 300; n++) await store.transact(roundOf(n));
  let isDone = false;
  const copying = backup(join(dir, "copies")).finally(() => {
    isDone = true;
  });
  let written = 300;
  while (!isDone) await store.transact(roundOf(written++));
  const copy = await copying;
  close();
  if (!copy.ok) throw new EphorException(copy.error);
  expect(written).toBeGreaterThan(300);

  const bytes = readFileSync(copy.value.file);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  expect(copy.value.sha256).toBe(sha256);
  expect(readFileSync(`${copy.value.file}.sha256`, "utf8")).toBe(`${sha256}  ephor.db\n`);
  expect(statSync(copy.value.file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(dir, "copies")).sort()).toEqual(["ephor.db", "ephor.db.sha256"]);

  const restored = open(copy.value.file);
  const items = await Promise.all(["a", "b"].map((sk) => restored.store.get({ tenant, pk: "p", sk })));
  const rounds = items.map((item) => Number(item?.data["n"]));
  expect(rounds[0]).toBe(rounds[1]);
  expect((await restored.ledger.head(tenant)).size).toBe(Number(rounds[0]) + 1);
  restored.close();
});

test("a second copy replaces the first, and one that cannot be made leaves it", async () => {
  const file = join(dir, "data", "ephor.db");
  const { store, backup, close } = open(file);
  const first = await backup(join(dir, "copies"));
  await store.transact(roundOf(1));
  const second = await backup(join(dir, "copies"));
  expect(first.ok && second.ok && first.value.sha256 !== second.value.sha256).toBe(true);
  close();
  writeFileSync(join(dir, "taken"), "a file");
  const refused = await backupStore({ file, dir: join(dir, "taken") });
  expect(refused.ok || refused.error.code).toBe("node.data-unwritable");
  writeFileSync(join(dir, "copies", "ephor.db-wal"), "");
  const read = await backupStore({ file, dir: join(dir, "copies") });
  expect(read.ok, "a copy that somebody has read").toBe(true);
  const none = await backupStore({ file: join(dir, "none.db"), dir: join(dir, "copies") });
  expect(none.ok || none.error.code).toBe("store.unavailable");
  expect(read.ok && readFileSync(`${read.value.file}.sha256`, "utf8").startsWith(read.value.sha256)).toBe(true);
});

test("a data folder, this store's or another's, is refused as the place of a copy and stays as it was", async () => {
  const file = join(dir, "data", "ephor.db");
  const { store, backup, close } = open(file);
  await store.transact(roundOf(1));
  symlinkSync(join(dir, "data"), join(dir, "link"));
  const others = ["ephor.db-wal", "ephor.db.lock", "ledger-key.pem", "cursor-key", "link-key", "admin-token"].map(
    (sign) => {
      const other = join(dir, `with-${sign}`);
      mkdirSync(other);
      writeFileSync(join(other, "ephor.db"), "another's");
      writeFileSync(join(other, sign), "x");
      return other;
    },
  );
  const before = statSync(file).ino;
  for (const place of ["data", "link", "data/copies", "link/copies/of/today"].map((name) => join(dir, name))) {
    const refused = await backup(place);
    expect(refused.ok || refused.error, place).toMatchObject({ code: "node.data-unwritable", path: place });
  }
  for (const other of others) {
    const refused = await backup(other);
    expect(refused.ok || refused.error.message, other).toContain("data folder");
    expect(readFileSync(join(other, "ephor.db"), "utf8")).toBe("another's");
  }
  expect(statSync(file).ino).toBe(before);
  expect(readdirSync(join(dir, "data")).filter((name) => /sha256|partial|copies/.test(name))).toEqual([]);
  await store.transact(roundOf(2));
  expect((await backup(join(dir, "data-copies"))).ok).toBe(true);
  close();
});
