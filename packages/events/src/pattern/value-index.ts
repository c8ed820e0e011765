import { assertNever } from "@ephor/domain/result";
import type { AddressBlock } from "./address-block.ts";
import { AddressTable } from "./address-table.ts";
import { foldedKey, hasFoldedKey } from "./fold-case.ts";
import { LiteralFinder } from "./literal-finder.ts";
import type { NumericRange, Scalar, ValueMatcher } from "./pattern.ts";
import type { Postings, TakePostings } from "./postings.ts";
import { PrefixTable, reversed } from "./prefix-table.ts";
import { RangeTable } from "./range-table.ts";

/** Texts by the table that finds them: what stands at the start, at the end or anywhere, with case or folded. */
type TextSlot = "prefix" | "suffix" | "folded" | "folded-prefix" | "folded-suffix" | "literal";
type OfferText = (value: string, take: TakePostings) => void;

/**
 * The matchers that many rules have on one field, answering which rules a value may satisfy. It may offer a rule whose
 * matcher the value does not meet, never fails to offer one whose matcher it does: the caller decides.
 * Cost does not grow with matchers that the value does not meet, save for `anything-but` and caseless texts with a
 * character whose cases differ in length: those are offered for every value.
 */
export class ValueIndex {
  readonly #exact = new Map<Scalar, number[]>();
  readonly #always: number[] = [];
  readonly #texts = new Map<TextSlot, Map<string, number[]>>();
  readonly #ranges = new Map<string, { range: NumericRange; postings: number[] }>();
  readonly #blocks = new Map<string, { block: AddressBlock; postings: number[] }>();
  #offerText: readonly OfferText[] = [];
  #rangeTable: RangeTable | undefined;

  add(matcher: ValueMatcher, rule: number): void {
    switch (matcher.kind) {
      case "exact":
        post(this.#exact, matcher.value, rule);
        break;
      case "numeric":
        this.#addRange(matcher.range, rule);
        break;
      case "address":
        this.#addBlock(matcher.block, rule);
        break;
      case "prefix":
      case "suffix":
        this.#addEnd(matcher, rule);
        break;
      case "equals-ignore-case":
        this.#addFolded("folded", matcher.text, rule);
        break;
      case "wildcard":
        this.#addWildcard(matcher.literals, rule);
        break;
      case "exists":
      case "anything-but":
        this.#always.push(rule);
        break;
      default:
        assertNever(matcher);
    }
  }

  /** Builds the tables; to be called once, after the last `add`. */
  seal(): void {
    const offers: OfferText[] = [];
    for (const [slot, entries] of this.#texts) offers.push(OFFERS[slot](entries));
    if (this.#blocks.size > 0) {
      const table = new AddressTable([...this.#blocks.values()]);
      offers.push((value, take) => table.offer(value, take));
    }
    this.#offerText = offers;
    if (this.#ranges.size > 0) this.#rangeTable = new RangeTable([...this.#ranges.values()]);
  }

  offer(value: Scalar, take: TakePostings): void {
    const exact = this.#exact.get(value);
    if (exact !== undefined) take(exact);
    if (this.#always.length > 0) take(this.#always);
    if (typeof value === "string") {
      for (const offer of this.#offerText) offer(value, take);
      return;
    }
    if (typeof value === "number") this.#rangeTable?.offer(value, take);
  }

  #addRange(range: NumericRange, rule: number): void {
    const key = `${range.lowOpen} ${range.low} ${range.high} ${range.highOpen}`;
    const entry = this.#ranges.get(key);
    if (entry === undefined) this.#ranges.set(key, { range, postings: [rule] });
    else entry.postings.push(rule);
  }

  #addBlock(block: AddressBlock, rule: number): void {
    const key = `${block.digits}/${block.bits}`;
    const entry = this.#blocks.get(key);
    if (entry === undefined) this.#blocks.set(key, { block, postings: [rule] });
    else entry.postings.push(rule);
  }

  #addEnd(
    { kind, text, ignoreCase }: { kind: "prefix" | "suffix"; text: string; ignoreCase: boolean },
    rule: number,
  ): void {
    if (ignoreCase) this.#addFolded(`folded-${kind}`, text, rule);
    else this.#addText(kind, kind === "suffix" ? reversed(text) : text, rule);
  }

  #addFolded(slot: "folded" | "folded-prefix" | "folded-suffix", text: string, rule: number): void {
    if (!hasFoldedKey(text)) {
      this.#always.push(rule);
      return;
    }
    const key = foldedKey(text);
    this.#addText(slot, slot === "folded-suffix" ? reversed(key) : key, rule);
  }

  #addWildcard(literals: readonly string[], rule: number): void {
    const literal = longest(literals);
    if (literal === "") this.#always.push(rule);
    else this.#addText("literal", literal, rule);
  }

  #addText(slot: TextSlot, text: string, rule: number): void {
    const entries = this.#texts.get(slot) ?? new Map<string, number[]>();
    this.#texts.set(slot, entries);
    post(entries, text, rule);
  }
}

const OFFERS: Readonly<Record<TextSlot, (entries: ReadonlyMap<string, Postings>) => OfferText>> = {
  prefix: (entries) => {
    const table = new PrefixTable(entries);
    return (value, take) => table.offer(value, take);
  },
  suffix: (entries) => {
    const table = new PrefixTable(entries);
    return (value, take) => table.offer(reversed(value), take);
  },
  folded: (entries) => (value, take) => {
    const postings = entries.get(foldedKey(value));
    if (postings !== undefined) take(postings);
  },
  "folded-prefix": (entries) => {
    const table = new PrefixTable(entries);
    return (value, take) => table.offer(foldedKey(value), take);
  },
  "folded-suffix": (entries) => {
    const table = new PrefixTable(entries);
    return (value, take) => table.offer(reversed(foldedKey(value)), take);
  },
  literal: (entries) => {
    const finder = new LiteralFinder(entries);
    return (value, take) => finder.offer(value, take);
  },
};

function post<K>(entries: Map<K, number[]>, key: K, rule: number): void {
  const postings = entries.get(key);
  if (postings === undefined) entries.set(key, [rule]);
  else postings.push(rule);
}

const longest = (texts: readonly string[]): string =>
  texts.reduce((best, text) => (text.length > best.length ? text : best), "");
