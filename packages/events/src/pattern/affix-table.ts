import type { Postings, TakePostings } from "./postings.ts";

export type Affix = "prefix" | "suffix";

/**
 * Prefixes (or suffixes) with postings, answering which of them a value has. Cost: one binary search, then one step
 * for each text that the neighbour it finds begins with; nothing for the texts that share no beginning with the value.
 * All prefixes of a value are prefixes of the greatest text that is not greater than it, so following "longest other
 * text that is a prefix of this one" from there meets them all. Suffixes are the same, read from the end.
 */
export class AffixTable {
  readonly #affix: Affix;
  readonly #texts: readonly string[];
  readonly #postings: readonly (Postings | undefined)[];
  readonly #parents: Int32Array;

  constructor(entries: ReadonlyMap<string, Postings>, affix: Affix) {
    this.#affix = affix;
    this.#texts = [...entries.keys()].sort((a, b) => this.#compare(a, b));
    this.#postings = this.#texts.map((text) => entries.get(text));
    this.#parents = new Int32Array(this.#texts.length);
    for (let i = 0; i < this.#texts.length; i++) this.#parents[i] = this.#affixOf(this.#texts[i] ?? "", i - 1);
  }

  offer(value: string, take: TakePostings): void {
    let i = this.#affixOf(value, this.#lastNotAbove(value));
    for (; i >= 0; i = this.#parents[i] ?? -1) {
      const postings = this.#postings[i];
      if (postings !== undefined) take(postings);
    }
  }

  /** The longest text that `value` has, on the way up from `from`; -1 if none. */
  #affixOf(value: string, from: number): number {
    let i = from;
    while (i >= 0 && !this.#has(value, this.#texts[i] ?? "")) i = this.#parents[i] ?? -1;
    return i;
  }

  #has(value: string, text: string): boolean {
    return this.#affix === "prefix" ? value.startsWith(text) : value.endsWith(text);
  }

  #lastNotAbove(value: string): number {
    let low = 0;
    let high = this.#texts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#texts[middle] ?? "", value) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #compare(a: string, b: string): number {
    if (this.#affix === "suffix") return compareFromEnd(a, b);
    if (a === b) return 0;
    return a < b ? -1 : 1;
  }
}

function compareFromEnd(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 1; i <= shorter; i++) {
    const difference = a.charCodeAt(a.length - i) - b.charCodeAt(b.length - i);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
