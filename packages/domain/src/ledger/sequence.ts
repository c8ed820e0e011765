import { type EphorError, ephorError } from "../error.ts";
import { isJsonObject } from "../json.ts";
import { err, ok, type Result } from "../result.ts";
import { fromBase64, HASH_BYTES, toBase64 } from "./hash.ts";
import { bitCount, CompactRange, EMPTY_ROOT, foldRight } from "./merkle.ts";
import { TILE_HEIGHT } from "./tiles.ts";

/**
 * A tree head with all that is needed to append to it; JSON, at most 53 hashes whatever the size.
 * `size` counts leaves; `root` is the RFC 6962 root (base64); `frontier` holds the roots (base64) of the
 * largest complete subtrees from left to right, one for each set bit of `size`.
 */
export type LedgerHead = { readonly size: number; readonly root: string; readonly frontier: readonly string[] };

/** Hash `index` of tile level `level` >= 1 (C2SP tlog-tiles): the root of a full tile below, over 256^level leaves. */
export type TileHash = { readonly level: number; readonly index: number; readonly hash: Uint8Array };

/** The head of a log without records. */
export const EMPTY_HEAD: LedgerHead = { size: 0, root: toBase64(EMPTY_ROOT), frontier: [] };

/**
 * Puts `leaves` (leaf hashes, in order) behind those of `head`. Pure: a store commits, in one transaction and on
 * condition that its head is still `head`, a leaf row for each leaf (`seq` is `head.size`, `head.size + 1`, ...), a row
 * for each of `hashes` and the new head. Leaf rows and hash rows are all that any tile needs (`tiles.ts`): tile level 0
 * is 256 leaf hashes, level n 256 of `hashes` of that level. Costs one SHA-256 and 1/255 row a leaf, and a root a call.
 */
export function sequence(
  head: LedgerHead,
  leaves: readonly Uint8Array[],
): { head: LedgerHead; hashes: readonly TileHash[] } {
  const range = new CompactRange(head.size, head.frontier.map(hashOf));
  const hashes: TileHash[] = [];
  for (const leaf of leaves) {
    range.append(leaf, ({ height, index, hash }) => {
      if (height % TILE_HEIGHT === 0) hashes.push({ level: height / TILE_HEIGHT, index, hash });
    });
  }
  return { head: headOf(range), hashes };
}

const headOf = (range: CompactRange): LedgerHead => ({
  size: range.size,
  root: toBase64(range.root()),
  frontier: range.roots.map(toBase64),
});

function hashOf(text: string): Uint8Array {
  const bytes = fromBase64(text);
  if (!isHash(bytes)) throw new Error("a ledger head was used that `parseLedgerHead` has not seen");
  return bytes;
}

/**
 * Reads a stored head, and folds its frontier again: a head whose root is not that of its frontier is refused.
 * Error: `ledger.invalid`, saying what does not fit.
 */
export function parseLedgerHead(value: unknown): Result<LedgerHead, EphorError<"ledger.invalid">> {
  const refuse = (message: string) => err(ephorError("ledger.invalid", `the stored head: ${message}`));
  if (!isHead(value)) return refuse("expected a size, a root and a frontier");
  const roots = value.frontier.map(fromBase64).filter(isHash);
  if (roots.length !== value.frontier.length) return refuse("expected base64 of 32 bytes for each frontier hash");
  if (roots.length !== bitCount(value.size))
    return refuse(`size ${value.size} does not go with ${roots.length} hashes`);
  if (toBase64(foldRight(roots)) !== value.root) return refuse("the root is not that of the frontier");
  return ok({ size: value.size, root: value.root, frontier: value.frontier });
}

const isHash = (bytes: Uint8Array | undefined): bytes is Uint8Array => bytes?.length === HASH_BYTES;
const isHead = (value: unknown): value is LedgerHead =>
  isJsonObject(value) &&
  Number.isSafeInteger(value["size"]) &&
  Number(value["size"]) >= 0 &&
  typeof value["root"] === "string" &&
  Array.isArray(value["frontier"]) &&
  value["frontier"].every((hash) => typeof hash === "string");
