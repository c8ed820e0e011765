import { beforeAll, describe, expect, test } from "vitest";
import { isJsonObject } from "../json.ts";
import { DEFAULT_TENANT } from "../tenant.ts";
import { checkPages, type StoredEntry } from "./check-page.ts";
import { signCheckpoint } from "./checkpoint.ts";
import { fromBase64, leafHash } from "./hash.ts";
import { generateLedgerKey } from "./ledger-key.ts";
import { type RecordDraft, type SealedRecord, sealRecord } from "./record.ts";
import { EMPTY_HEAD, type LedgerHead, sequence } from "./sequence.ts";
import { rowsOfTile } from "./tiles.ts";
import { type LedgerReport, verifyLedger } from "./verify.ts";

/** A log as a store holds it: rows that a test can damage. */
type Log = {
  entries: StoredEntry[];
  hashes: Map<number, Uint8Array[]>;
  notes: string[];
  head: LedgerHead;
};

const ORIGIN = "ephor.example/default";
const RECORDS = 700;
const key = generateLedgerKey({ name: ORIGIN, seed: new Uint8Array(32).fill(7) });

function recordOf(n: number, more: Partial<RecordDraft> = {}): SealedRecord {
  const draft: RecordDraft = {
    idempotencyKey: `k${n}`,
    time: "2026-01-02T03:04:05.678Z",
    tenant: DEFAULT_TENANT,
    entity_type: "finding",
    this: `fnd_${n}`,
    did: "recorded",
    who: `alice ${n}`,
    ...more,
  };
  const sealed = sealRecord(draft, { salt: () => new Uint8Array(16).fill(n) });
  if (!sealed.ok) throw new Error(sealed.error.message);
  return sealed.value;
}

const entryOf = ({ id, leaf, sealed }: SealedRecord, seq: number): StoredEntry => ({ seq, id, leaf, sealed });
const noteOf = ({ size, root }: LedgerHead, signer = key) =>
  signCheckpoint({ origin: ORIGIN, size, root: fromBase64(root) ?? new Uint8Array() }, [signer]);

/** Sequences `entries` in batches of 100, signing after each. */
function logOf(entries: readonly StoredEntry[]): Log {
  const log: Log = { entries: [...entries], hashes: new Map([[0, []]]), notes: [], head: EMPTY_HEAD };
  for (let from = 0; from < entries.length; from += 100) {
    const leaves = entries.slice(from, from + 100).map(({ leaf }) => leafHash(leaf));
    const { head, hashes } = sequence(log.head, leaves);
    log.hashes.get(0)?.push(...leaves);
    for (const { level, index, hash } of hashes) {
      const row = log.hashes.get(level) ?? [];
      row[index] = hash;
      log.hashes.set(level, row);
    }
    log.notes.push(noteOf(head));
    log.head = head;
  }
  return log;
}

let records: readonly SealedRecord[] = [];
beforeAll(() => {
  records = Array.from({ length: RECORDS }, (_, n) => recordOf(n));
});
const goodLog = () => logOf(records.map(entryOf));

function verify(log: Log, more: { withTiles?: boolean; withHead?: boolean } = {}): Promise<LedgerReport> {
  const pages = Array.from({ length: Math.ceil(log.entries.length / 64) }, (_, i) =>
    log.entries.slice(i * 64, i * 64 + 64),
  );
  const read = async (tile: Parameters<typeof rowsOfTile>[0]) => {
    const { level, from, count } = rowsOfTile(tile);
    return Buffer.concat((log.hashes.get(level) ?? []).slice(from, from + count));
  };
  return verifyLedger({
    origin: ORIGIN,
    keys: [key],
    pages: checkPages(pages, { tenant: DEFAULT_TENANT, keys: [key] }),
    checkpoints: log.notes,
    ...(more.withHead === false ? {} : { head: log.head }),
    ...(more.withTiles === false ? {} : { tiles: { size: log.head.size, read } }),
  });
}

const alter = (log: Log, seq: number, change: (entry: StoredEntry) => Partial<StoredEntry>): Log => {
  const entry = log.entries[seq];
  if (entry !== undefined) log.entries[seq] = { ...entry, ...change(entry) };
  return log;
};

describe("a log as it was written", () => {
  test("is ok, and its newest checkpoint covers all of it", async () => {
    const log = goodLog();
    const checkpoint = { origin: ORIGIN, size: RECORDS, root: log.head.root, keyIds: [key.id] };
    expect(await verify(log)).toEqual({ ok: true, records: RECORDS, decisions: 0, unsigned: 0, checkpoint });
    expect(await verify(log, { withTiles: false, withHead: false })).toEqual({
      ok: true,
      records: RECORDS,
      decisions: 0,
      unsigned: 0,
      checkpoint,
    });
  });

  test("is ok when empty, signed or not", async () => {
    expect(await verify(logOf([]))).toEqual({ ok: true, records: 0, decisions: 0, unsigned: 0, checkpoint: null });
    expect(await verify({ ...logOf([]), notes: [noteOf(EMPTY_HEAD)] })).toMatchObject({
      ok: true,
      checkpoint: { size: 0 },
    });
  });

  test("is ok with records after the newest checkpoint, which is told", async () => {
    const log = goodLog();
    log.notes.pop();
    expect(await verify(log)).toMatchObject({ ok: true, records: RECORDS, unsigned: 100, checkpoint: { size: 600 } });
  });

  test("is ok with records that its stored tiles do not reach yet", async () => {
    const log = goodLog();
    const tilesSoFar = { ...log, head: logOf(log.entries.slice(0, 300)).head };
    expect((await verify(tilesSoFar, { withHead: false })).ok).toBe(true);
  });

  test("is ok when private values were erased", async () => {
    const log = alter(goodLog(), 3, () => ({ sealed: null }));
    expect((await verify(alter(log, 4, () => ({ sealed: {} })))).ok).toBe(true);
  });

  test("is ok when a head was signed twice, as in a key rotation", async () => {
    const log = goodLog();
    log.notes.push(noteOf(log.head));
    expect((await verify(log)).ok).toBe(true);
  });
});

describe("the first bad record is named when", () => {
  test("a record was changed", async () => {
    const log = alter(goodLog(), 301, ({ leaf }) => ({ leaf: leaf.replace("recorded", "resolved") }));
    expect(await verify(log)).toMatchObject({
      ok: false,
      records: 301,
      checkpoint: { size: 300 },
      firstBad: { seq: 301, id: records[301]?.id, kind: "leaf" },
    });
  });

  test("a record was changed and there are no stored hashes: the range between two checkpoints", async () => {
    const log = alter(goodLog(), 301, ({ leaf }) => ({ leaf: leaf.replace("recorded", "resolved") }));
    const report = await verify(log, { withTiles: false });
    expect(report.firstBad).toMatchObject({ seq: 300, lastSeq: 399, kind: "root" });
    expect(report.checkpoint?.size).toBe(300);
  });

  test("a record and its leaf hash were changed: the tile above, or the next signed root", async () => {
    const change = (seq: number) => {
      const log = alter(goodLog(), seq, ({ leaf }) => ({ leaf: leaf.replace("recorded", "resolved") }));
      log.hashes.get(0)?.splice(seq, 1, leafHash(log.entries[seq]?.leaf ?? ""));
      return verify(log);
    };
    expect((await change(40)).firstBad).toMatchObject({ seq: 0, lastSeq: 99, kind: "root" });
    expect((await change(255)).firstBad).toMatchObject({ seq: 0, lastSeq: 255, kind: "tree" });
  });

  test("everything but the signatures was made anew", async () => {
    const forged = records.map((record, n) => (n === 123 ? recordOf(123, { did: "resolved" }) : record));
    const log = logOf(forged.map(entryOf));
    expect((await verify({ ...log, notes: goodLog().notes })).firstBad).toMatchObject({
      seq: 100,
      lastSeq: 199,
      kind: "root",
    });
  });

  test.each<[string, (log: Log) => unknown, object]>([
    ["a record was taken out", (log) => log.entries.splice(5, 1), { seq: 5, kind: "missing" }],
    ["two records changed places", (log) => log.entries.splice(5, 2, ...swapped(log, 5)), { seq: 5, kind: "missing" }],
    [
      "a record stands twice",
      (log) => log.entries.splice(6, 0, log.entries[5] as StoredEntry),
      { seq: 6, kind: "order" },
    ],
    ["the end was cut off", (log) => log.entries.splice(650), { seq: 650, lastSeq: 699, kind: "missing" }],
    ["all records are gone", (log) => log.entries.splice(0), { seq: 0, lastSeq: 99, kind: "missing" }],
    ["a leaf is not JSON", (log) => alter(log, 5, () => ({ leaf: "x" })), { seq: 5, kind: "record" }],
    ["a leaf is no record", (log) => alter(log, 5, () => ({ leaf: "{}" })), { seq: 5, kind: "record" }],
    ["a leaf is not canonical", (log) => alter(log, 5, (e) => ({ leaf: ` ${e.leaf}` })), { seq: 5, kind: "record" }],
    ["an id is another", (log) => alter(log, 5, () => ({ id: "rec_x" })), { seq: 5, id: "rec_x", kind: "identity" }],
    ["a private value was changed", (log) => alter(log, 5, privateValue), { seq: 5, kind: "private" }],
    ["private values are no object", (log) => alter(log, 5, () => ({ sealed: "x" })), { seq: 5, kind: "private" }],
    ["a stored leaf hash is gone", (log) => log.hashes.get(0)?.splice(699, 1), { seq: 699, kind: "leaf" }],
    [
      "a stored tile hash was changed",
      (log) => log.hashes.get(1)?.splice(1, 1, new Uint8Array(32)),
      { seq: 256, lastSeq: 511, kind: "tree" },
    ],
  ])("%s", async (_, damage, firstBad) => {
    const log = goodLog();
    damage(log);
    const report = await verify(log);
    expect(report).toMatchObject({ ok: false, firstBad });
    expect(report.records).toBe(report.firstBad?.kind === "tree" ? 512 : report.firstBad?.seq);
  });

  test("a record of another tenant was put in", async () => {
    const foreign = recordOf(5, { tenant: "other" as typeof DEFAULT_TENANT });
    const log = logOf(records.map((record, n) => entryOf(n === 5 ? foreign : record, n)));
    expect((await verify(log)).firstBad).toMatchObject({ seq: 5, kind: "identity" });
  });
});

describe("a log is not ok when", () => {
  const other = generateLedgerKey({ name: ORIGIN, seed: new Uint8Array(32).fill(8) });
  const headOf = (log: Log, change: Partial<LedgerHead>) => Object.assign(log, { head: { ...log.head, ...change } });

  test.each<[string, (log: Log) => unknown, object]>([
    ["no checkpoint covers it", (log) => log.notes.splice(0), { seq: 0, kind: "unsigned" }],
    [
      "a checkpoint is of an unknown key",
      (log) => log.notes.splice(2, 1, noteOf(log.head, other)),
      { seq: 200, kind: "checkpoint" },
    ],
    [
      "a checkpoint was altered",
      (log) => log.notes.splice(2, 1, log.notes[2]?.replace("\n300\n", "\n299\n") ?? ""),
      { kind: "checkpoint" },
    ],
    ["checkpoints stand in the wrong order", (log) => log.notes.reverse(), { seq: 700, kind: "checkpoint" }],
    [
      "two signed roots disagree",
      (log) => log.notes.push(noteOf({ ...log.head, root: EMPTY_HEAD.root })),
      { seq: 700, kind: "checkpoint" },
    ],
    ["the stored head is none", (log) => Object.assign(log, { head: { size: 700 } }), { seq: 700, kind: "head" }],
    ["the stored head has another root", (log) => headOf(log, { root: EMPTY_HEAD.root }), { seq: 700, kind: "head" }],
    [
      "the stored head counts fewer",
      (log) => Object.assign(log, { head: logOf(log.entries.slice(0, 650)).head, hashes: new Map() }),
      { seq: 0 },
    ],
  ])("%s", async (_, damage, firstBad) => {
    const log = goodLog();
    damage(log);
    expect(await verify(log)).toMatchObject({ ok: false, firstBad });
  });

  test("records after the newest checkpoint were cut off, or added, against the stored head", async () => {
    const short = goodLog();
    short.notes.pop();
    short.entries.splice(650);
    expect((await verify(short, { withTiles: false })).firstBad).toMatchObject({
      seq: 650,
      lastSeq: 699,
      kind: "missing",
    });
    const long = { ...goodLog(), head: logOf(records.slice(0, 650).map(entryOf)).head };
    long.notes.pop();
    expect((await verify(long, { withTiles: false })).firstBad).toMatchObject({ seq: 650, kind: "head" });
    const changed = alter(goodLog(), 650, ({ leaf }) => ({ leaf: leaf.replace("recorded", "resolved") }));
    changed.notes.pop();
    expect((await verify(changed, { withTiles: false })).firstBad).toMatchObject({
      seq: 600,
      lastSeq: 699,
      kind: "head",
    });
  });
});

test("pages that leave something out are a bug of the caller", async () => {
  const pages = [{ from: 3, ids: [], hashes: [], decisions: [] }];
  await expect(verifyLedger({ origin: ORIGIN, keys: [key], pages, checkpoints: [] })).rejects.toThrow(
    /follow each other/,
  );
});

const swapped = (log: Log, seq: number): StoredEntry[] => log.entries.slice(seq, seq + 2).reverse();
const privateValue = ({ sealed }: StoredEntry): Partial<StoredEntry> => ({
  sealed: {
    ...(isJsonObject(sealed) && sealed),
    who: { salt: Buffer.alloc(16, 5).toString("base64url"), value: "bob" },
  },
});
