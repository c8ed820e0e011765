import { createHash } from "node:crypto";
import { equalBytes, leafHash } from "@ephor/domain/ledger/hash";
import { EMPTY_ROOT, merkleRoot } from "@ephor/domain/ledger/merkle";
import { verifyConsistency, verifyInclusion } from "@ephor/domain/ledger/proof";
import { consistencyProof, inclusionProof } from "@ephor/domain/ledger/tile-proofs";
import { describe, expect, test } from "vitest";

/*
 * The reference vectors of Certificate Transparency (transparency-dev/merkle, `testonly` and `proof/verify_test.go`):
 * eight leaves, the root at each size, and proofs.
 */
const bytes = (hex: string) => Buffer.from(hex, "hex");
const leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map(
  bytes,
);
const roots = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
].map(bytes);
const N = {
  a: "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
  b: "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
  c: "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
  d: "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
  e: "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
  f: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  g: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  h: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  i: "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
  j: "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
};
/** Index (from 0), size, path. */
const inclusions: readonly [number, number, string[]][] = [
  [0, 1, []],
  [0, 8, [N.a, N.b, N.c]],
  [5, 8, [N.d, N.e, N.f]],
  [2, 3, [N.g]],
  [1, 5, [N.h, N.b, N.d]],
];
const consistencies: readonly [number, number, string[]][] = [
  [1, 1, []],
  [1, 8, [N.a, N.b, N.c]],
  [6, 8, [N.i, N.e, N.f]],
  [2, 5, [N.b, N.d]],
  [6, 7, [N.i, N.j, N.f]],
];

const rootOf = (size: number) => roots[size - 1] ?? EMPTY_ROOT;
const leafAt = (index: number) => leafHash(leaves[index] ?? Buffer.alloc(0));
const readTile = async ({ width }: { width: number }) =>
  Buffer.concat(leaves.slice(0, width).map((leaf) => leafHash(leaf)));
const hex = (hashes: readonly Uint8Array[]) => hashes.map((hash) => Buffer.from(hash).toString("hex"));

test("the empty tree and the trees of one to eight leaves have their published roots", () => {
  expect(Buffer.from(EMPTY_ROOT).toString("hex")).toBe(
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
  for (const [i, root] of roots.entries()) {
    expect(equalBytes(merkleRoot(leaves.slice(0, i + 1).map((leaf) => leafHash(leaf))), root)).toBe(true);
  }
});

describe.each(inclusions)("the published inclusion proof of leaf %i in %i", (index, size, path) => {
  const claim = { index, size, leaf: leafAt(index), root: rootOf(size) };
  const proof = path.map(bytes);

  test("is the one made here, and verifies", async () => {
    expect(hex(await inclusionProof({ index, size }, readTile))).toEqual(path);
    expect(verifyInclusion(claim, proof)).toBe(true);
  });

  test("does not verify for anything else", () => {
    const other = bytes("abacaba000000000000000000000000000000000000000000060061e00123456");
    const wrongClaims = [
      { ...claim, index: index - 1 },
      { ...claim, index: index + 1 },
      { ...claim, index: index ^ 2 },
      { ...claim, size: size * 2 },
      { ...claim, size: Math.floor(size / 2) },
      { ...claim, size: size + 0.5 },
      { ...claim, leaf: other },
      { ...claim, leaf: Buffer.from("WrongLeaf") },
      { ...claim, root: other },
      { ...claim, root: EMPTY_ROOT },
    ];
    expect(wrongClaims.filter((wrong) => verifyInclusion(wrong, proof))).toEqual([]);
    const wrongProofs = [
      [...proof, Buffer.alloc(0)],
      [...proof, claim.root],
      [Buffer.alloc(0), ...proof],
      [claim.root, ...proof],
      ...proof.map((_, at) => proof.toSpliced(at, 1)),
      ...proof.map((_, at) => proof.toSpliced(at, 0, other)),
      ...proof.map((hash, at) => proof.with(at, flipped(hash))),
      Array.from({ length: 100 }, () => other),
    ];
    expect(wrongProofs.filter((wrong) => verifyInclusion(claim, wrong))).toEqual([]);
  });
});

describe.each(consistencies)("the published proof that a tree of %i continues to %i", (from, size, path) => {
  const claim = { from, size, fromRoot: rootOf(from), root: rootOf(size) };
  const proof = path.map(bytes);

  test("is the one made here, and verifies", async () => {
    expect(hex(await consistencyProof({ from, size }, readTile))).toEqual(path);
    expect(verifyConsistency(claim, proof)).toBe(true);
  });

  test("does not verify for anything else", () => {
    const other = bytes("abacaba000000000000000000000000000000000000000000060061e00123456");
    const wrongClaims = [
      { ...claim, from: from - 1 },
      { ...claim, from: from + 1 },
      { ...claim, from: from ^ 2 },
      { ...claim, size: size * 2 },
      { ...claim, size: Math.floor(size / 2) },
      { ...claim, fromRoot: other },
      { ...claim, root: other },
      { ...claim, root: Buffer.from("WrongRoot") },
      ...(from === size ? [] : [{ ...claim, fromRoot: claim.root, root: claim.fromRoot }]),
    ];
    expect(wrongClaims.filter((wrong) => verifyConsistency(wrong, proof))).toEqual([]);
    const wrongProofs = [
      ...(from === size ? [] : [[]]),
      [...proof, Buffer.alloc(0)],
      [...proof, claim.root],
      [...proof, claim.fromRoot],
      [claim.root, ...proof],
      ...proof.map((_, at) => proof.toSpliced(at, 1)),
      ...proof.map((hash, at) => proof.with(at, flipped(hash))),
    ];
    expect(wrongProofs.filter((wrong) => verifyConsistency(claim, wrong))).toEqual([]);
  });
});

test("every tree continues the empty one, by an empty proof only", () => {
  const claim = { from: 0, size: 8, fromRoot: EMPTY_ROOT, root: rootOf(8) };
  expect(verifyConsistency(claim, [])).toBe(true);
  expect(verifyConsistency(claim, [EMPTY_ROOT])).toBe(false);
  expect(verifyConsistency({ ...claim, fromRoot: rootOf(1) }, [])).toBe(false);
});

/** RFC 6962 section 2.1, word for word and with a hash interface that the ledger does not use. */
function mth(data: readonly Uint8Array[]): Buffer {
  const hash = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
  const [first] = data;
  if (first === undefined) return hash();
  if (data.length === 1) return hash(Buffer.of(0), first);
  let k = 1;
  while (k * 2 < data.length) k *= 2;
  return hash(Buffer.of(1), mth(data.slice(0, k)), mth(data.slice(k)));
}

test("roots are those of the recursive definition in RFC 6962, at every size to 300 and around powers of two", () => {
  const data = Array.from({ length: 4_097 }, (_, i) => Buffer.from(`leaf ${i}`));
  const sizes = [...Array.from({ length: 301 }, (_, i) => i), 511, 512, 513, 1_023, 1_025, 4_095, 4_096, 4_097];
  for (const size of sizes) {
    const some = data.slice(0, size);
    expect([size, equalBytes(merkleRoot(some.map((leaf) => leafHash(leaf))), mth(some))]).toEqual([size, true]);
  }
});

const flipped = (hash: Uint8Array) => Buffer.from(hash.map((byte, i) => (i === 0 ? byte ^ 8 : byte)));
