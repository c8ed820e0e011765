import { EphorException, ephorError } from "../error.ts";
import { HASH_BYTES } from "./hash.ts";
import { merkleRoot } from "./merkle.ts";
import { consistencyTerms, inclusionTerms, type ProofTerm, rangeTerm, readProof, type Subtree } from "./proof.ts";
import { type HashTile, TILE_HEIGHT, TILE_WIDTH, tilePath, tileWidth } from "./tiles.ts";

/** Reads a tile: 32 bytes for each of its hashes. */
export type ReadTile = (tile: HashTile) => Promise<Uint8Array>;

/** The proof that leaf `index` is in the tree of `size` leaves, lowest sibling first. */
export const inclusionProof = (leaf: { index: number; size: number }, readTile: ReadTile) =>
  proofFromTiles(inclusionTerms(leaf), { size: leaf.size, readTile });

/** The proof that the tree of `size` leaves continues that of `from` leaves. */
export const consistencyProof = (trees: { from: number; size: number }, readTile: ReadTile) =>
  proofFromTiles(consistencyTerms(trees), { size: trees.size, readTile });

/** The root of the tree of `size` leaves. */
export async function rootFromTiles(size: number, readTile: ReadTile): Promise<Uint8Array> {
  const [root] = await proofFromTiles([rangeTerm({ from: 0, to: size })], { size, readTile });
  return root ?? merkleRoot([]);
}

/** Reads each tile once, all at the same time. Throws `EphorException` `ledger.invalid` for a tile of another length. */
function proofFromTiles(
  terms: readonly ProofTerm[],
  { size, readTile }: { size: number; readTile: ReadTile },
): Promise<readonly Uint8Array[]> {
  const tiles = new Map<string, Promise<Uint8Array>>();
  return readProof(terms, async (subtree) => {
    const tile = tileOfSubtree(subtree, size);
    const path = tilePath(tile);
    const read = tiles.get(path) ?? readWhole(tile, readTile);
    tiles.set(path, read);
    return subtreeHash(subtree, await read);
  });
}

async function readWhole(tile: HashTile, readTile: ReadTile): Promise<Uint8Array> {
  const bytes = await readTile(tile);
  const expected = tile.width * HASH_BYTES;
  if (bytes.length === expected) return bytes;
  const message = `${tilePath(tile)} has ${bytes.length} bytes, expected ${expected}`;
  throw new EphorException(ephorError("ledger.invalid", message, { path: tilePath(tile) }));
}

/** The tile, in a tree of `size` leaves, from which the hash of a complete subtree can be had. */
function tileOfSubtree({ height, index }: Subtree, size: number): HashTile {
  const level = Math.floor(height / TILE_HEIGHT);
  const tileIndex = Math.floor((index * 2 ** (height % TILE_HEIGHT)) / TILE_WIDTH);
  return { kind: "hashes", level, index: tileIndex, width: tileWidth({ level, index: tileIndex, size }) };
}

/** The hash of a complete subtree, over the hashes of its tile that it spans. */
function subtreeHash({ height, index }: Subtree, tile: Uint8Array): Uint8Array {
  const count = 2 ** (height % TILE_HEIGHT);
  const first = (index * count) % TILE_WIDTH;
  const hashAt = (i: number) => tile.subarray((first + i) * HASH_BYTES, (first + i + 1) * HASH_BYTES);
  return merkleRoot(Array.from({ length: count }, (_, i) => hashAt(i)));
}
