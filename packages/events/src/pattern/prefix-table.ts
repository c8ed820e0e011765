import type { Postings, TakePostings } from "./postings.ts";

/**
 * Texts with postings, answering which of them a value starts with. Cost: one binary search, then one step for each
 * table text that is a prefix of the neighbour it finds; nothing for the texts that share no prefix with the value.
 * All prefixes of a value are prefixes of the greatest table text that is not greater than it, so following "longest
 * other text that is a prefix of this one" from there meets them all.
 */
export class PrefixTable {
  readonly #texts: readonly string[];
  readonly #postings: readonly Postings[];
  readonly #parents: Int32Array;

  constructor(entries: ReadonlyMap<string, Postings>) {
    this.#texts = [...entries.keys()].sort();
    this.#postings = this.#texts.map((text) => entries.get(text) ?? []);
    this.#parents = new Int32Array(this.#texts.length);
    for (let i = 0; i < this.#texts.length; i++) this.#parents[i] = this.#prefixOf(this.#texts[i] ?? "", i - 1);
  }

  offer(value: string, take: TakePostings): void {
    let i = this.#prefixOf(value, this.#lastNotAbove(value));
    for (; i >= 0; i = this.#parents[i] ?? -1) take(this.#postings[i] ?? []);
  }

  /** The longest text that is a prefix of `value`, on the way up from `from`; -1 if none. */
  #prefixOf(value: string, from: number): number {
    let i = from;
    while (i >= 0 && !value.startsWith(this.#texts[i] ?? "")) i = this.#parents[i] ?? -1;
    return i;
  }

  #lastNotAbove(value: string): number {
    let low = 0;
    let high = this.#texts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#texts[middle] ?? "") <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** `text` backwards, so that a suffix becomes a prefix. */
export function reversed(text: string): string {
  let backwards = "";
  for (let i = text.length - 1; i >= 0; i--) backwards += text[i];
  return backwards;
}
