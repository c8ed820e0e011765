import type { NumericRange } from "./pattern.ts";
import type { Postings, TakePostings } from "./postings.ts";

type Entry = { readonly range: NumericRange; readonly postings: Postings };

/**
 * Numeric ranges with postings, answering which of them hold a number in time logarithmic in their number plus the
 * answer: a segment tree over the end points (leaf 2i + 1) and the gaps around them (leaves 2i and 2i + 2).
 */
export class RangeTable {
  readonly #points: Float64Array;
  readonly #leaves: number;
  readonly #nodes: Postings[][] = [];

  constructor(entries: readonly Entry[]) {
    const points = new Set(entries.flatMap(({ range }) => [range.low, range.high]));
    this.#points = Float64Array.from(points).sort();
    this.#leaves = 2 * this.#points.length + 1;
    for (const entry of entries) this.#insert(entry);
  }

  offer(value: number, take: TakePostings): void {
    for (let node = this.#leafOf(value) + this.#leaves; node >= 1; node >>= 1) {
      const held = this.#nodes[node];
      if (held !== undefined) for (const postings of held) take(postings);
    }
  }

  #insert({ range, postings }: Entry): void {
    let low = this.#leafOf(range.low) + (range.lowOpen ? 1 : 0) + this.#leaves;
    let high = this.#leafOf(range.high) - (range.highOpen ? 1 : 0) + this.#leaves + 1;
    for (; low < high; low >>= 1, high >>= 1) {
      if (low & 1) this.#hold(low++, postings);
      if (high & 1) this.#hold(--high, postings);
    }
  }

  #hold(node: number, postings: Postings): void {
    const held = this.#nodes[node];
    if (held === undefined) this.#nodes[node] = [postings];
    else held.push(postings);
  }

  #leafOf(value: number): number {
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#points[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return this.#points[low] === value ? 2 * low + 1 : 2 * low;
  }
}
