import { equalBytes, HASH_BYTES, nodeHash } from "./hash.ts";
import { EMPTY_ROOT, foldRight, half, isOdd } from "./merkle.ts";

/** The complete subtree over leaves `index * 2^height` up to `(index + 1) * 2^height`. */
export type Subtree = { readonly height: number; readonly index: number };

/** A hash of a proof, as the complete subtrees that it folds together: a range of leaves of the tree. */
export type ProofTerm = readonly Subtree[];

/** Proofs are at most this long: a path goes through one node a level, and sizes end at 2^53. */
export const PROOF_HASHES_MAX = 64;

/** What the inclusion proof of leaf `index` in a tree of `size` leaves consists of (RFC 9162 section 2.1.3.1). */
export function inclusionTerms({ index, size }: { index: number; size: number }): readonly ProofTerm[] {
  if (!isSize(size) || !isSize(index) || index >= size) throw new Error(`no leaf ${index} in a tree of ${size}`);
  const terms: ProofTerm[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + split(to - from);
    terms.unshift(index < middle ? rangeTerm({ from: middle, to }) : rangeTerm({ from, to: middle }));
    [from, to] = index < middle ? [from, middle] : [middle, to];
  }
  return terms;
}

/** What the proof that a tree of `size` leaves continues one of `from` consists of (RFC 9162 section 2.1.4.1). */
export function consistencyTerms({ from: old, size }: { from: number; size: number }): readonly ProofTerm[] {
  if (!isSize(size) || !isSize(old) || old > size) throw new Error(`a tree of ${size} cannot continue one of ${old}`);
  const terms: ProofTerm[] = [];
  if (old === 0) return terms;
  let [from, to] = [0, size];
  while (to !== old) {
    const middle = from + split(to - from);
    terms.unshift(old <= middle ? rangeTerm({ from: middle, to }) : rangeTerm({ from, to: middle }));
    [from, to] = old <= middle ? [from, middle] : [middle, to];
  }
  // A subtree that starts at leaf 0 is the old tree itself, whose root the verifier has.
  if (from > 0) terms.unshift(rangeTerm({ from, to }));
  return terms;
}

/** The complete subtrees, left to right, of the leaves `from` up to `to`; the largest of them has to fit at `from`. */
export function rangeTerm({ from, to }: { from: number; to: number }): ProofTerm {
  const subtrees: Subtree[] = [];
  let start = from;
  while (start < to) {
    const height = heightWithin(to - start);
    subtrees.push({ height, index: start / 2 ** height });
    start += 2 ** height;
  }
  return subtrees;
}

/** Reads every subtree of `terms` and folds each term into one hash. Reads go out together; `read` may cache. */
export function readProof(
  terms: readonly ProofTerm[],
  read: (subtree: Subtree) => Promise<Uint8Array>,
): Promise<readonly Uint8Array[]> {
  return Promise.all(terms.map(async (term) => foldRight(await Promise.all(term.map(read)))));
}

export type InclusionClaim = {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly root: Uint8Array;
};

/** Whether `proof` shows that the tree with `root` has `leaf` (a leaf hash) at `index` (RFC 9162 section 2.1.3.2). */
export function verifyInclusion({ index, size, leaf, root }: InclusionClaim, proof: readonly Uint8Array[]): boolean {
  if (!isSize(size) || !isSize(index) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let hash = leaf;
  const isWhole = climb({ node: index, last: size - 1, siblings: proof }, (sibling, isLeft) => {
    hash = isLeft ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  });
  return isWhole && equalBytes(hash, root);
}

export type ConsistencyClaim = {
  readonly from: number;
  readonly size: number;
  readonly fromRoot: Uint8Array;
  readonly root: Uint8Array;
};

/**
 * Whether `proof` shows that the tree of `size` leaves with `root` continues that of `from` leaves with `fromRoot`
 * (RFC 9162 section 2.1.4.2). Every tree continues the empty one, and itself, by an empty proof.
 */
export function verifyConsistency(claim: ConsistencyClaim, proof: readonly Uint8Array[]): boolean {
  const { from, size, fromRoot, root } = claim;
  if (!isSize(size) || !isSize(from) || from > size || !areHashes([fromRoot, root, ...proof])) return false;
  if (from === 0) return proof.length === 0 && equalBytes(fromRoot, EMPTY_ROOT);
  if (from === size) return proof.length === 0 && equalBytes(fromRoot, root);
  const [first, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  if (first === undefined) return false;
  let [node, last] = [from - 1, size - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  let [oldHash, newHash] = [first, first];
  const isWhole = climb({ node, last, siblings: rest }, (sibling, isLeft) => {
    if (isLeft) oldHash = nodeHash(sibling, oldHash);
    newHash = isLeft ? nodeHash(sibling, newHash) : nodeHash(newHash, sibling);
  });
  return isWhole && equalBytes(oldHash, fromRoot) && equalBytes(newHash, root);
}

/**
 * Goes from a node to the root, telling for each sibling whether it stands on the left; `last` is the rightmost node of
 * the level. A level in which the path is rightmost and has no sibling takes none. False when siblings are too many or few.
 */
function climb(
  path: { node: number; last: number; siblings: readonly Uint8Array[] },
  fold: (sibling: Uint8Array, isLeft: boolean) => void,
): boolean {
  let { node, last } = path;
  for (const sibling of path.siblings) {
    if (last === 0) return false;
    const isLeft = isOdd(node) || node === last;
    fold(sibling, isLeft);
    while (isLeft && !isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    [node, last] = [half(node), half(last)];
  }
  return last === 0;
}

const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const areHashes = (hashes: readonly Uint8Array[]): boolean =>
  hashes.length <= PROOF_HASHES_MAX + 2 && hashes.every((hash) => hash.length === HASH_BYTES);

/** The height of the largest complete subtree of at most `leaves` leaves. */
function heightWithin(leaves: number): number {
  let height = 0;
  while (2 ** (height + 1) <= leaves) height++;
  return height;
}

const isPowerOfTwo = (size: number): boolean => 2 ** heightWithin(size) === size;
/** The largest power of two smaller than `leaves` (RFC 6962 section 2.1). */
const split = (leaves: number): number => 2 ** heightWithin(leaves - 1);
