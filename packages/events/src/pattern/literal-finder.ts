import type { Postings, TakePostings } from "./postings.ts";

const ASCII_CHARACTERS = 128;

type Node = {
  readonly next: Map<number, Node>;
  postings: Postings | undefined;
  /** The node of the longest other literal start that this one ends with. */
  fallback: Node | undefined;
  /** The nearest node on the way of fallbacks that has postings. */
  output: Node | undefined;
};

const newNode = (): Node => ({ next: new Map(), postings: undefined, fallback: undefined, output: undefined });

/**
 * Literals (not empty) with postings, answering which of them stand anywhere in a value in one pass over it, however many there
 * are (Aho and Corasick, "Efficient string matching", 1975). Postings of a literal may be offered more than once.
 */
export class LiteralFinder {
  readonly #root = newNode();
  /** Which ASCII characters begin a literal: most of a value is passed over by this alone. */
  readonly #begins = new Uint8Array(ASCII_CHARACTERS);

  constructor(entries: ReadonlyMap<string, Postings>) {
    for (const [literal, postings] of entries) this.#add(literal, postings);
    this.#link();
    for (const unit of this.#root.next.keys()) this.#begins[unit] = 1;
  }

  offer(value: string, take: TakePostings): void {
    let node = this.#root;
    for (let at = 0; at < value.length; at++) {
      const unit = value.charCodeAt(at);
      if (node === this.#root && unit < ASCII_CHARACTERS && this.#begins[unit] === 0) continue;
      node = this.#step(node, unit);
      let found: Node | undefined = node.postings === undefined ? node.output : node;
      for (; found !== undefined; found = found.output) if (found.postings !== undefined) take(found.postings);
    }
  }

  #add(literal: string, postings: Postings): void {
    let node = this.#root;
    for (let at = 0; at < literal.length; at++) {
      const unit = literal.charCodeAt(at);
      const next = node.next.get(unit) ?? newNode();
      node.next.set(unit, next);
      node = next;
    }
    node.postings = postings;
  }

  #link(): void {
    const queue: Node[] = [this.#root];
    for (const node of queue) {
      for (const [unit, next] of node.next) {
        next.fallback = node.fallback === undefined ? this.#root : this.#step(node.fallback, unit);
        next.output = next.fallback.postings === undefined ? next.fallback.output : next.fallback;
        queue.push(next);
      }
    }
  }

  #step(from: Node, unit: number): Node {
    for (let node: Node | undefined = from; node !== undefined; node = node.fallback) {
      const next = node.next.get(unit);
      if (next !== undefined) return next;
    }
    return this.#root;
  }
}
