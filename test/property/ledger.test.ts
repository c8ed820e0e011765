import { canonicalJson } from "@ephor/domain/canonical-json";
import type { Json } from "@ephor/domain/json";
import { checkPages, type StoredEntry } from "@ephor/domain/ledger/check-page";
import { signCheckpoint } from "@ephor/domain/ledger/checkpoint";
import { decodeEntries, encodeEntries } from "@ephor/domain/ledger/entry-bundle";
import { equalBytes, fromBase64, leafHash, toBase64 } from "@ephor/domain/ledger/hash";
import { generateLedgerKey } from "@ephor/domain/ledger/ledger-key";
import { merkleRoot } from "@ephor/domain/ledger/merkle";
import { openNote, signNote } from "@ephor/domain/ledger/note";
import { openRecord } from "@ephor/domain/ledger/open-record";
import { verifyConsistency, verifyInclusion } from "@ephor/domain/ledger/proof";
import { type RecordDraft, type SealedRecord, sealRecord } from "@ephor/domain/ledger/record";
import { EMPTY_HEAD, type LedgerHead, parseLedgerHead, sequence } from "@ephor/domain/ledger/sequence";
import { consistencyProof, inclusionProof, type ReadTile, rootFromTiles } from "@ephor/domain/ledger/tile-proofs";
import { parseTilePath, rowsOfTile, tilePath, tilesOf } from "@ephor/domain/ledger/tiles";
import { verifyLedger } from "@ephor/domain/ledger/verify";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

// fast-check prints the seed of a failing run; SEED repeats it.
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
fc.configureGlobal({ seed });

const ORIGIN = "ephor.example/default";
const key = generateLedgerKey({ name: ORIGIN, seed: new Uint8Array(32).fill(7) });
const json = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" }) as fc.Arbitrary<Json>;

const LEAVES = Array.from({ length: 70_000 }, (_, i) => leafHash(`leaf ${i}`));
/** Sizes small, around tile and power boundaries, and with three tile levels. */
const size = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 600 }) },
  { weight: 1, arbitrary: fc.integer({ min: 65_530, max: 66_100 }) },
);

/** Rows as a store keeps them: leaf hashes, and the hash rows of `sequence`, batch by batch. */
function stored(batches: readonly number[]): { head: LedgerHead; readTile: ReadTile } {
  const rows: Uint8Array[][] = [[]];
  let head = EMPTY_HEAD;
  for (const count of batches) {
    const leaves = LEAVES.slice(head.size, head.size + count);
    const next = sequence(JSON.parse(JSON.stringify(head)), leaves);
    rows[0]?.push(...leaves);
    for (const { level, index, hash } of next.hashes) {
      const row = rows[level] ?? [];
      expect(index).toBe(row.length);
      rows[level] = [...row, hash];
    }
    head = next.head;
  }
  const readTile: ReadTile = async (tile) => {
    const { level, from, count } = rowsOfTile(tile);
    return Buffer.concat((rows[level] ?? []).slice(from, from + count));
  };
  return { head, readTile };
}

const flip = (hash: Uint8Array, bit: number) =>
  Uint8Array.from(hash, (byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

describe(`sequencing (seed ${seed})`, () => {
  test("any split of the same leaves into batches gives the same head and tiles", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 6 }), async (batches) => {
        const count = batches.reduce((sum, batch) => sum + batch, 0);
        const [parts, whole] = [stored(batches), stored([count])];
        expect(parts.head).toEqual(whole.head);
        expect(parts.head.root).toBe(toBase64(merkleRoot(LEAVES.slice(0, count))));
        expect(parseLedgerHead(JSON.parse(JSON.stringify(parts.head)))).toEqual({ ok: true, value: parts.head });
        for (const tile of tilesOf(count)) {
          if (tile.kind === "entries") continue;
          expect(equalBytes(await parts.readTile(tile), await whole.readTile(tile))).toBe(true);
          expect((await parts.readTile(tile)).length).toBe(tile.width * 32);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("a head altered anywhere is refused", () => {
    fc.assert(
      fc.property(size, fc.nat(), (count, salt) => {
        const { head } = sequence(EMPTY_HEAD, LEAVES.slice(0, count));
        const frontier = head.frontier.with(
          salt % head.frontier.length,
          toBase64(LEAVES[salt % 1_000] ?? new Uint8Array()),
        );
        const altered = [
          { ...head, frontier },
          { ...head, root: EMPTY_HEAD.root },
        ];
        const cut = [
          { ...head, frontier: head.frontier.slice(1) },
          { ...head, frontier: ["x"] },
          { ...head, size: -1 },
          null,
        ];
        const wrong = [...altered, ...cut].filter((one) => JSON.stringify(one) !== JSON.stringify(head));
        expect(wrong.filter((one) => parseLedgerHead(one).ok)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe(`proofs from tiles (seed ${seed})`, () => {
  test("every inclusion proof verifies, and with any bit flipped it does not", async () => {
    await fc.assert(
      fc.asyncProperty(size, fc.nat(), fc.nat(255), async (count, at, bit) => {
        const { head, readTile } = stored([count]);
        const [index, root] = [at % count, fromBase64(head.root) ?? new Uint8Array()];
        const leaf = LEAVES[index] ?? new Uint8Array();
        const proof = await inclusionProof({ index, size: count }, readTile);
        const claim = { index, size: count, leaf, root };
        expect(verifyInclusion(claim, proof)).toBe(true);
        expect(verifyInclusion({ ...claim, leaf: flip(leaf, bit) }, proof)).toBe(false);
        expect(verifyInclusion({ ...claim, root: flip(root, bit) }, proof)).toBe(false);
        for (const [i, hash] of proof.entries())
          expect(verifyInclusion(claim, proof.with(i, flip(hash, bit)))).toBe(false);
        if (count > 1) expect(verifyInclusion({ ...claim, index: (index + 1) % count }, proof)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test("every consistency proof verifies, and with any bit flipped it does not", async () => {
    await fc.assert(
      fc.asyncProperty(size, fc.nat(), fc.nat(255), async (count, at, bit) => {
        const from = at % (count + 1);
        const { head, readTile } = stored([from, count - from]);
        const fromRoot = merkleRoot(LEAVES.slice(0, from));
        const root = fromBase64(head.root) ?? new Uint8Array();
        const proof = await consistencyProof({ from, size: count }, readTile);
        const claim = { from, size: count, fromRoot, root };
        expect(verifyConsistency(claim, proof)).toBe(true);
        expect(verifyConsistency({ ...claim, fromRoot: flip(fromRoot, bit) }, proof)).toBe(false);
        if (from > 0) expect(verifyConsistency({ ...claim, root: flip(root, bit) }, proof)).toBe(false);
        for (const [i, hash] of proof.entries()) {
          expect(verifyConsistency(claim, proof.with(i, flip(hash, bit)))).toBe(false);
        }
        expect(equalBytes(await rootFromTiles(from, readTile), fromRoot)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("a tile of another length is refused, not read past", async () => {
    const readTile: ReadTile = async ({ width }) => new Uint8Array(width * 32 - 1);
    await expect(inclusionProof({ index: 3, size: 10 }, readTile)).rejects.toThrow(
      /tile\/0\/000\.p\/10 has 319 bytes, expected 320/,
    );
  });

  test("what is not in the tree has no proof", async () => {
    const { readTile } = stored([10]);
    expect(() => inclusionProof({ index: 10, size: 10 }, readTile)).toThrow(/no leaf 10/);
    expect(() => consistencyProof({ from: 11, size: 10 }, readTile)).toThrow(/cannot continue/);
  });
});

describe(`formats (seed ${seed})`, () => {
  test("a tile path comes back from its text", () => {
    const tile = fc.record({ level: fc.nat(63), index: fc.maxSafeNat(), width: fc.integer({ min: 1, max: 256 }) });
    fc.assert(
      fc.property(tile, fc.boolean(), ({ level, index, width }, isEntries) => {
        const one = isEntries
          ? { kind: "entries" as const, index, width }
          : { kind: "hashes" as const, level, index, width };
        expect(parseTilePath(tilePath(one))).toEqual({ ok: true, value: one });
      }),
    );
  });

  test("no text makes a parser throw", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(..."tile/x0123.p— \n+=AZ") }),
    );
    fc.assert(
      fc.property(texts, fc.uint8Array({ maxLength: 40 }), (text, bytes) => {
        parseTilePath(text);
        openNote(text, [key]);
        openRecord({ leaf: text, sealed: null });
        decodeEntries(bytes);
      }),
    );
  });

  test("an entry bundle and a signed note come back whole", () => {
    const leaves = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 });
    fc.assert(
      fc.property(leaves, (some) => {
        const decoded = decodeEntries(encodeEntries(some));
        expect(decoded.ok && decoded.value.map((leaf) => [...leaf])).toEqual(some.map((leaf) => [...leaf]));
      }),
      { numRuns: 30 },
    );
    const lines = fc.array(fc.string({ unit: fc.constantFrom(..."abc é—😀") }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(lines, (some) => {
        const text = `${some.join("\n")}\n`;
        const opened = openNote(signNote(text, [key]), [key]);
        expect(opened.ok && opened.value.text).toBe(text);
      }),
    );
  });
});

describe(`records and verification (seed ${seed})`, () => {
  const draft = fc.record(
    {
      who: fc.string({ minLength: 1, maxLength: 40 }),
      input: json,
      output: json,
      metadata: fc.dictionary(fc.string({ maxLength: 8 }), json, { maxKeys: 4 }),
      reason: fc.string({ minLength: 1, maxLength: 40, unit: "binary" }),
      related: fc.array(fc.string({ minLength: 1, maxLength: 10 }), { maxLength: 3 }),
      duration_ms: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    },
    { requiredKeys: [] },
  );
  const seal = (more: Partial<RecordDraft>, n: number): SealedRecord => {
    const stated: RecordDraft = {
      idempotencyKey: `k${n}`,
      time: "2026-01-02T03:04:05.678Z",
      tenant: DEFAULT_TENANT,
      entity_type: "finding",
      this: `fnd_${n}`,
      did: "recorded",
      ...more,
    };
    const sealed = sealRecord(stated, { salt: () => new Uint8Array(16).fill(n) });
    if (!sealed.ok) throw new Error(`${sealed.error.path}: ${sealed.error.message}`);
    return JSON.parse(JSON.stringify(sealed.value));
  };

  test("whatever is sealed opens again to the same values", () => {
    fc.assert(
      fc.property(draft, (more) => {
        const opened = openRecord(seal(more, 1));
        const { v, id, time, tenant, entity_type, this: object, did, ...rest } = opened.ok ? opened.value.record : {};
        expect(canonicalJson(rest as Json)).toBe(canonicalJson(more as Json));
        expect([v, id?.slice(0, 4), time, tenant, entity_type, object, did].every((value) => value !== undefined)).toBe(
          true,
        );
      }),
    );
  });

  const RECORDS = 60;
  const records = Array.from({ length: RECORDS }, (_, n) => seal({ who: `alice ${n}`, metadata: { n } }, n));
  const entries: readonly StoredEntry[] = records.map(({ id, leaf, sealed }, seq) => ({ seq, id, leaf, sealed }));
  const hashes = records.map(({ leaf }) => leafHash(leaf));
  const head = sequence(EMPTY_HEAD, hashes).head;
  const tiles = { size: RECORDS, read: async () => Buffer.concat(hashes) };

  test("one changed character in any record, its id or its values names that record", async () => {
    const place = fc.record({ seq: fc.nat(RECORDS - 1), part: fc.constantFrom("leaf", "id", "sealed"), at: fc.nat() });
    const note = signCheckpoint({ origin: ORIGIN, size: RECORDS, root: fromBase64(head.root) ?? new Uint8Array() }, [
      key,
    ]);
    await fc.assert(
      fc.asyncProperty(place, async ({ seq, part, at }) => {
        const altered = entries.map((entry) => (entry.seq === seq ? alterEntry(entry, part, at) : entry));
        const pages = checkPages([altered.slice(0, 25), altered.slice(25)], { tenant: DEFAULT_TENANT, keys: [key] });
        const report = await verifyLedger({ origin: ORIGIN, keys: [key], pages, checkpoints: [note], head, tiles });
        expect(report).toMatchObject({ ok: false, records: seq, checkpoint: null, firstBad: { seq } });
      }),
    );
  });
});

/** Changes a character so that the part does not mean the same. */
function alterEntry(entry: StoredEntry, part: string, at: number): StoredEntry {
  const replace = (text: string) => {
    const i = at % text.length;
    return `${text.slice(0, i)}${text[i] === "1" ? "2" : "1"}${text.slice(i + 1)}`;
  };
  if (part === "leaf") return { ...entry, leaf: replace(entry.leaf) };
  if (part === "id") return { ...entry, id: replace(entry.id) };
  const { who } = entry.sealed as { who: { salt: string; value: string } };
  return { ...entry, sealed: { who: { ...who, value: replace(who.value) } } };
}
