import { nodeHash, sha256 } from "./hash.ts";

/**
 * The Merkle tree of RFC 6962 section 2.1 over SHA-256.
 * A hash is 32 bytes; sizes and indexes are whole numbers up to 2^53 - 1, so halving is done by arithmetic, not by bits.
 */

export const EMPTY_ROOT: Uint8Array = sha256("");

export const half = (n: number): number => Math.floor(n / 2);
export const isOdd = (n: number): boolean => n % 2 === 1;

/** Called with the root of each subtree of 2^height leaves as it becomes complete: the `index`-th of that height. */
export type OnComplete = (subtree: { height: number; index: number; hash: Uint8Array }) => void;

/**
 * A tree as its complete subtrees, largest first, one for each set bit of its size: all that appending and the root
 * need. Appending costs one hash on average and log2(size) at most; the root log2(size).
 */
export class CompactRange {
  #size: number;
  readonly #roots: Uint8Array[];

  constructor(size = 0, roots: readonly Uint8Array[] = []) {
    if (roots.length !== bitCount(size))
      throw new Error(`size ${size} has ${bitCount(size)} subtrees, got ${roots.length}`);
    this.#size = size;
    this.#roots = [...roots];
  }

  get size(): number {
    return this.#size;
  }

  get roots(): readonly Uint8Array[] {
    return this.#roots;
  }

  append(leaf: Uint8Array, onComplete?: OnComplete): void {
    let hash = leaf;
    let index = this.#size;
    for (let height = 1; isOdd(index); height++) {
      const left = this.#roots.pop();
      if (left === undefined) throw new Error("a compact range has fewer roots than its size says");
      hash = nodeHash(left, hash);
      index = half(index);
      onComplete?.({ height, index, hash });
    }
    this.#roots.push(hash);
    this.#size++;
  }

  root(): Uint8Array {
    return foldRight(this.#roots);
  }
}

/** The root over complete subtrees from left to right. */
export function foldRight(roots: readonly Uint8Array[]): Uint8Array {
  return (
    roots.reduceRight((right: Uint8Array | undefined, left) => (right ? nodeHash(left, right) : left), undefined) ??
    EMPTY_ROOT
  );
}

export function bitCount(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = half(rest)) bits += rest % 2;
  return bits;
}

export function merkleRoot(leaves: Iterable<Uint8Array>): Uint8Array {
  const range = new CompactRange();
  for (const leaf of leaves) range.append(leaf);
  return range.root();
}
