import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openCheckpoint, signCheckpoint } from "@ephor/domain/ledger/checkpoint";
import { encodeEntries } from "@ephor/domain/ledger/entry-bundle";
import { fromBase64, leafHash } from "@ephor/domain/ledger/hash";
import { formatVerifierKey, generateLedgerKey, parseVerifierKey } from "@ephor/domain/ledger/ledger-key";
import { verifyConsistency, verifyInclusion } from "@ephor/domain/ledger/proof";
import { sealRecord } from "@ephor/domain/ledger/record";
import { EMPTY_HEAD, type LedgerHead, sequence } from "@ephor/domain/ledger/sequence";
import { consistencyProof, inclusionProof, type ReadTile } from "@ephor/domain/ledger/tile-proofs";
import { rowsOfTile, TILE_WIDTH, tilePath, tilesOf } from "@ephor/domain/ledger/tiles";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";

/*
 * Writes a log, lets the packages behind the Go checksum database (golang.org/x/mod/sumdb) read it, and reads theirs:
 * checkpoints by note.Open, tree heads, tiles and proofs by tlog. Needs Go, and its module proxy once.
 */
const ROOT = join(import.meta.dirname, "../../..");
const BUILD = join(ROOT, ".build/peers/tlog");
const LOG = join(BUILD, "log");
const ORIGIN = "ephor.example/default";
/** Enough for three levels of tiles, the last two partial. */
const RECORDS = 66_137;
const SIZES = [1, 2, 3, 5, 8, 255, 256, 257, 511, 1_000, 65_535, 65_536, 65_537, 65_793, RECORDS];

if (spawnSync("go", ["version"]).status !== 0) {
  console.log("skipped: the command go is not there (https://go.dev/dl); nothing was compared");
  process.exit(0);
}

const key = generateLedgerKey({ name: ORIGIN, seed: new Uint8Array(32).fill(7) });
const leaves = Array.from({ length: RECORDS }, (_, n) => Buffer.from(leafOf(n)));
const { rows, heads } = sequenceAll(leaves.map((leaf) => leafHash(leaf)));
const readTile: ReadTile = async (tile) => {
  const { level, from, count } = rowsOfTile(tile);
  return Buffer.concat((rows[level] ?? []).slice(from, from + count));
};

rmSync(LOG, { recursive: true, force: true });
await writeLog();
execFileSync("go", ["build", "-o", join(BUILD, "tlog"), "."], { cwd: import.meta.dirname, stdio: "inherit" });
execFileSync(join(BUILD, "tlog"), [LOG], { stdio: "inherit" });
const { checks, ours } = checkAnswer();
console.log(`Go found ${checks} statements of ours true, and none of the altered ones; ${ours} of Go's hold here`);

function leafOf(n: number): string {
  const sealed = sealRecord(
    {
      idempotencyKey: `k${n}`,
      time: "2026-01-02T03:04:05.678Z",
      tenant: DEFAULT_TENANT,
      entity_type: "finding",
      this: `fnd_${n}`,
      did: "recorded",
      who: `person ${n}`,
    },
    { salt: () => new Uint8Array(16).fill(n) },
  );
  if (!sealed.ok) throw new Error(sealed.error.message);
  return sealed.value.leaf;
}

/** Rows as a store keeps them, and the head at each of `SIZES`. */
function sequenceAll(hashes: readonly Uint8Array[]): { rows: Uint8Array[][]; heads: LedgerHead[] } {
  const rows: Uint8Array[][] = [[...hashes]];
  const heads: LedgerHead[] = [];
  let head = EMPTY_HEAD;
  for (const size of SIZES) {
    const next = sequence(head, hashes.slice(head.size, size));
    for (const { level, hash } of next.hashes) rows[level] = [...(rows[level] ?? []), hash];
    head = next.head;
    heads.push(head);
  }
  return { rows, heads };
}

async function writeLog(): Promise<void> {
  write("origin", ORIGIN);
  write("vkey", formatVerifierKey(key));
  for (const { size, root } of heads) {
    const note = signCheckpoint({ origin: ORIGIN, size, root: bytes(root) }, [key]);
    write(`checkpoints/${size}`, note);
    if (size === RECORDS) write("checkpoint", note);
  }
  for (const tile of tilesOf(RECORDS)) {
    const from = tile.index * TILE_WIDTH;
    const isEntries = tile.kind === "entries";
    write(tilePath(tile), isEntries ? encodeEntries(leaves.slice(from, from + tile.width)) : await readTile(tile));
  }
  write("proofs.json", JSON.stringify(await proofs()));
}

/** Every pair of sizes, and in each tree leaves at its ends, its middle and around tile borders. */
async function proofs(): Promise<readonly object[]> {
  const claims: object[] = [];
  for (const size of SIZES) {
    const indexes = [0, 1, 254, 255, 256, 65_535, 65_536, size >> 1, size - 2, size - 1].filter(
      (i) => i >= 0 && i < size,
    );
    for (const index of new Set(indexes)) {
      const proof = await inclusionProof({ index, size }, readTile);
      claims.push({ kind: "inclusion", index, size, proof: proof.map(base64) });
    }
    for (const from of SIZES.filter((smaller) => smaller <= size)) {
      const proof = await consistencyProof({ from, size }, readTile);
      claims.push({ kind: "consistency", from, size, proof: proof.map(base64) });
    }
  }
  return claims;
}

type Claim = { index: number; from: number; size: number; proof: string[] | null };
type Answer = {
  vkey: string;
  note: string;
  roots: Record<string, string>;
  inclusion: Claim[];
  consistency: Claim[];
  checks: number;
};

/** Checks what Go signed and proved of the same leaves. Throws at the first statement that does not hold. */
function checkAnswer(): { checks: number; ours: number } {
  const answer: Answer = JSON.parse(readFileSync(join(LOG, "answer.json"), "utf8"));
  const rootOf = (size: number) => bytes(answer.roots[size] ?? "");
  const theirKey = parseVerifierKey(answer.vkey);
  const opened = theirKey.ok ? openCheckpoint(answer.note, { origin: ORIGIN, keys: [theirKey.value] }) : theirKey;
  assert(opened.ok && opened.value.size === RECORDS, "Go's checkpoint");
  for (const { index, size, proof } of answer.inclusion) {
    const claim = { index, size, leaf: rows[0]?.[index] ?? new Uint8Array(), root: rootOf(size) };
    assert(verifyInclusion(claim, (proof ?? []).map(bytes)), `Go's proof of leaf ${index} in ${size}`);
  }
  for (const { from, size, proof } of answer.consistency) {
    const claim = { from, size, fromRoot: rootOf(from), root: rootOf(size) };
    assert(verifyConsistency(claim, (proof ?? []).map(bytes)), `Go's proof from ${from} to ${size}`);
  }
  return { checks: answer.checks, ours: 1 + answer.inclusion.length + answer.consistency.length };
}

function assert(holds: boolean, what: string): void {
  if (!holds) throw new Error(`${what} does not hold here`);
}

function write(path: string, content: string | Uint8Array): void {
  const file = join(LOG, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function bytes(text: string): Uint8Array {
  const read = fromBase64(text);
  if (read === undefined) throw new Error("expected base64");
  return read;
}

function base64(hash: Uint8Array): string {
  return Buffer.from(hash).toString("base64");
}
