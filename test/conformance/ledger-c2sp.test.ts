import { formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint } from "@ephor/domain/ledger/checkpoint";
import { decodeEntries, encodeEntries } from "@ephor/domain/ledger/entry-bundle";
import { fromBase64, toBase64 } from "@ephor/domain/ledger/hash";
import {
  formatVerifierKey,
  generateLedgerKey,
  ledgerKeyFromPem,
  ledgerKeyToPem,
  parseVerifierKey,
  type VerifierKey,
} from "@ephor/domain/ledger/ledger-key";
import { formatNote, NOTE_SIGNATURES_MAX, openNote, signNote } from "@ephor/domain/ledger/note";
import { hasTile, parseTilePath, type Tile, tilePath, tilesOf } from "@ephor/domain/ledger/tiles";
import { describe, expect, test } from "vitest";

/* The keys and signatures of golang.org/x/mod/sumdb/note, from which C2SP signed-note was written down. */
const PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const PETER_SEED = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER_LINE =
  "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCH_LINE =
  "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

function keyOf(text: string): VerifierKey {
  const key = parseVerifierKey(text);
  if (!key.ok) throw new Error(key.error.message);
  return key.value;
}
const peter = keyOf(PETER);
const enoch = keyOf(ENOCH);
const peterSigner = generateLedgerKey({ name: "PeterNeumann", seed: Buffer.from(PETER_SEED, "base64").subarray(1) });

describe("keys", () => {
  test("a published verifier key is read, and written the same", () => {
    expect(formatVerifierKey(peter)).toBe(PETER);
    expect(formatVerifierKey(peterSigner)).toBe(PETER);
    expect(peter.id).toBe("c74f20a3");
  });

  test("no part and no alteration of a verifier key is one", () => {
    const wrong: string[] = [];
    for (let from = 0; from < PETER.length; from++) {
      for (let to = from + 1; to <= PETER.length; to++) wrong.push(PETER.slice(from, to));
    }
    for (let at = 0; at < PETER.length; at++) {
      wrong.push(PETER.slice(0, at) + String.fromCharCode(PETER.charCodeAt(at) + 1) + PETER.slice(at + 1));
    }
    expect(wrong.filter((text) => text !== PETER && parseVerifierKey(text).ok)).toEqual([]);
    expect(parseVerifierKey("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==").ok).toBe(
      false,
    );
    expect(parseVerifierKey("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").ok).toBe(false);
  });

  test("a key survives its PEM file, and nothing else is taken for one", () => {
    const read = ledgerKeyFromPem({ name: "PeterNeumann", pem: ledgerKeyToPem(peterSigner) });
    expect(read.ok && formatVerifierKey(read.value)).toBe(PETER);
    const rsa = "-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\n";
    expect(ledgerKeyFromPem({ name: "a", pem: rsa }).ok).toBe(false);
    expect(ledgerKeyFromPem({ name: "a b", pem: ledgerKeyToPem(peterSigner) }).ok).toBe(false);
  });

  test("wrong sizes and names are bugs of the caller", () => {
    expect(() => generateLedgerKey({ name: "a", seed: new Uint8Array(31) })).toThrow(/32 bytes/);
    expect(() => generateLedgerKey({ name: "a+b", seed: new Uint8Array(32) })).toThrow(/key name/);
  });
});

describe("signed notes", () => {
  test("the published text gets the published signature", () => {
    expect(signNote(TEXT, [peterSigner])).toBe(`${TEXT}\n${PETER_LINE}`);
  });

  test("signatures of unknown keys are ignored, one of a known key is enough", () => {
    const both = `${TEXT}\n${PETER_LINE}${ENOCH_LINE}`;
    expect(openNote(both, [peter])).toEqual({
      ok: true,
      value: { text: TEXT, signedBy: [peter], unknownSignatures: 1 },
    });
    const opened = openNote(both, [enoch, peter]);
    expect(opened.ok && opened.value.signedBy).toEqual([peter, enoch]);
    expect(openNote(both, []).ok).toBe(false);
  });

  test("a name with the id of another key, or an id with the name of another, is an unknown key", () => {
    const misnamed = PETER_LINE.replace("PeterNeumann", "CarmenSandiego");
    expect(openNote(`${TEXT}\n${misnamed}`, [peter]).ok).toBe(false);
    expect(openNote(`${TEXT}\n${PETER_LINE.replace("x08g", "xxxx")}${PETER_LINE}`, [peter]).ok).toBe(true);
  });

  test("a wrong signature of a known key refuses the note, whatever else has signed it", () => {
    const wrong = `${PETER_LINE.slice(0, 60)}ABCD${PETER_LINE.slice(60)}`;
    const opened = openNote(`${TEXT}\n${wrong}${ENOCH_LINE}`, [peter, enoch]);
    expect(opened.ok ? "" : opened.error.message).toMatch(/PeterNeumann\+c74f20a3 is not valid/);
  });

  test("any changed character of the text is seen", () => {
    const note = `${TEXT}\n${PETER_LINE}`;
    const changed = [...TEXT.slice(0, -1)].map((_, at) => `${note.slice(0, at)}~${note.slice(at + 1)}`);
    expect(changed.filter((text) => openNote(text, [peter]).ok)).toEqual([]);
  });

  test("text with empty lines ends at the last of them", () => {
    const text = "one\n\ntwo\n";
    const opened = openNote(signNote(text, [peterSigner]), [peter]);
    expect(opened.ok && opened.value.text).toBe(text);
  });

  test.each([
    ["no signatures", TEXT],
    ["an empty line and no signatures", `${TEXT}\n`],
    ["no line feed at the end", `${TEXT}\n${PETER_LINE.slice(0, -1)}`],
    ["a control character", `\u0001${TEXT}\n${PETER_LINE}`],
    ["a lone surrogate", `\ud800${TEXT}\n${PETER_LINE}`],
    ["a name with a space", `${TEXT}\n${PETER_LINE.replace("PeterNeumann", "Bad Name")}`],
    ["a line of another form", `${TEXT}\n${PETER_LINE}Unexpected line.\n`],
    ["base64 that is not", `${TEXT}\n— PeterNeumann x08go/ZJkuB=\n`],
    ["a signature without content", `${TEXT}\n— PeterNeumann x08gow==\n`],
    ["too many signatures", `${TEXT}\n${PETER_LINE.repeat(NOTE_SIGNATURES_MAX + 1)}`],
    ["too much text", `${"x".repeat(1_000_000)}\n\n${PETER_LINE}`],
  ])("a note with %s is refused", (_, note) => {
    const opened = openNote(note, [peter]);
    expect(opened.ok ? undefined : opened.error.code).toBe("ledger.invalid");
  });

  test("what could not be read again is not signed", () => {
    expect(() => signNote("no line feed", [peterSigner])).toThrow();
    expect(() => signNote("a\tb\n", [peterSigner])).toThrow();
    expect(() => formatNote("a\n", [{ name: "a b", id: "00000000", signature: new Uint8Array(64) }])).toThrow();
  });
});

describe("checkpoints", () => {
  const body = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const origin = "example.com/behind-the-sofa";

  test("the text of the specification is read, and written the same", () => {
    const parsed = parseCheckpoint(body);
    expect(parsed.ok && { ...parsed.value, root: toBase64(parsed.value.root) }).toEqual({
      origin,
      size: 20_852_163,
      root: "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
      extensions: [],
    });
    expect(parsed.ok && formatCheckpoint(parsed.value)).toBe(body);
  });

  test("extension lines are kept", () => {
    const parsed = parseCheckpoint(`${body}one\ntwo\n`);
    expect(parsed.ok && parsed.value.extensions).toEqual(["one", "two"]);
    expect(parsed.ok && formatCheckpoint(parsed.value)).toBe(`${body}one\ntwo\n`);
  });

  test.each([
    ["no line feed at the end", body.slice(0, -1)],
    ["no origin", body.slice(origin.length)],
    ["a leading zero", body.replace("\n2", "\n02")],
    ["a size that is no number", body.replace("20852163", "-1")],
    ["a size beyond what can be counted", body.replace("20852163", "9007199254740993")],
    ["a root of another length", body.replace("CsUYapGG", "CsUY")],
    ["a root that is not base64", body.replace("=", "")],
    ["an empty extension line", `${body}\n`],
    ["two lines", `${origin}\n0\n`],
  ])("a checkpoint with %s is refused", (_, text) => {
    expect(parseCheckpoint(text).ok).toBe(false);
  });

  test("while keys are rotated the old, the new and both together open it", () => {
    const root = fromBase64("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=") ?? new Uint8Array();
    const old = generateLedgerKey({ name: origin, seed: new Uint8Array(32).fill(1) });
    const next = generateLedgerKey({ name: origin, seed: new Uint8Array(32).fill(2) });
    const note = signCheckpoint({ origin, size: 20_852_163, root }, [old, next]);
    for (const keys of [[old], [next], [old, next]]) expect(openCheckpoint(note, { origin, keys }).ok).toBe(true);
    expect(openCheckpoint(note, { origin, keys: [peter] }).ok).toBe(false);
    expect(openCheckpoint(note, { origin: "example.com/other", keys: [old] }).ok).toBe(false);
    expect(openCheckpoint(signNote("not a checkpoint\n", [old]), { origin, keys: [old] }).ok).toBe(false);
  });

  test("a head that is none cannot be signed", () => {
    const root = new Uint8Array(32);
    expect(() => formatCheckpoint({ origin, size: -1, root })).toThrow(/tree size/);
    expect(() => formatCheckpoint({ origin, size: 1, root: new Uint8Array(31) })).toThrow(/32 bytes/);
    expect(() => formatCheckpoint({ origin: "", size: 1, root })).toThrow(/line/);
  });
});

describe("tiles", () => {
  test.each<[string, Tile]>([
    ["tile/0/x001/x234/067", { kind: "hashes", level: 0, index: 1_234_067, width: 256 }],
    ["tile/0/000", { kind: "hashes", level: 0, index: 0, width: 256 }],
    ["tile/63/999.p/1", { kind: "hashes", level: 63, index: 999, width: 1 }],
    ["tile/1/x001/000.p/255", { kind: "hashes", level: 1, index: 1_000, width: 255 }],
    ["tile/entries/x001/x234/067", { kind: "entries", index: 1_234_067, width: 256 }],
    ["tile/entries/273.p/112", { kind: "entries", index: 273, width: 112 }],
  ])("%s names its tile", (path, tile) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual({ ok: true, value: tile });
  });

  test.each([
    ..."tile/0/0|tile/0/0000|tile/0/x000/001|tile/0/001/002|tile/0/x001|tile/00/000|tile/64/000|tile/-1/000".split("|"),
    ..."tile/0/000.p/0|tile/0/000.p/256|tile/0/000.p/01|tile/0/000.p|tile/0/000.p/|tile/data/000|/tile/0/000".split(
      "|",
    ),
    ..."tile/0/000/|tile/8/0/000|checkpoint||tile/0/x999/x999/x999/x999/x999/999|tile/0/000\n|tile/0/٠٠٠".split("|"),
  ])("%j names no tile", (path) => {
    const parsed = parseTilePath(path);
    expect(parsed.ok ? undefined : parsed.error.code).toBe("ledger.not-found");
  });

  test("a tree of 70,000 has the tiles that the specification counts", () => {
    const tiles = [...tilesOf(70_000)].filter((tile) => tile.kind === "hashes");
    const count = (level: number, width: number) => tiles.filter((t) => t.level === level && t.width === width).length;
    expect([count(0, 256), count(0, 112), count(1, 256), count(1, 17), count(2, 1), tiles.length]).toEqual([
      273, 1, 1, 1, 1, 277,
    ]);
    expect([...tilesOf(256)].map(tilePath)).toEqual(["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
    expect([...tilesOf(0)]).toEqual([]);
  });

  test("a tile is there when the tree has grown to it, and its left part stays", () => {
    const at = (path: string, size: number) => {
      const tile = parseTilePath(path);
      return tile.ok && hasTile(tile.value, size);
    };
    expect(at("tile/0/000.p/3", 3)).toBe(true);
    expect(at("tile/0/000.p/3", 1_000)).toBe(true);
    expect(at("tile/0/000.p/4", 3)).toBe(false);
    expect(at("tile/entries/000", 255)).toBe(false);
    expect(at("tile/1/000.p/1", 255)).toBe(false);
    expect(at("tile/1/000.p/1", 256)).toBe(true);
    expect(at("tile/0/x123/456", 256)).toBe(false);
  });

  test("an entry bundle keeps its leaves, and one that is cut off is refused", () => {
    const leaves = [Buffer.from("a"), Buffer.alloc(0), Buffer.alloc(65_535, 7)];
    const bundle = encodeEntries(leaves);
    expect(Buffer.from(bundle.subarray(0, 3)).toString("hex")).toBe("000161");
    const decoded = decodeEntries(bundle);
    expect(decoded.ok && decoded.value.map((leaf) => Buffer.from(leaf))).toEqual(leaves);
    for (const cut of [1, 2, 4, 6, bundle.length - 1])
      expect([cut, decodeEntries(bundle.subarray(0, cut)).ok]).toEqual([cut, false]);
    expect(decodeEntries(new Uint8Array(2 * 257)).ok).toBe(false);
    expect(() => encodeEntries([Buffer.alloc(65_536)])).toThrow(/65535/);
  });
});
