import { assertNever } from "@ephor/domain/result";
import { type AddressBlock, blockKey } from "./address-block.ts";
import { AddressTable } from "./address-table.ts";
import { AffixTable } from "./affix-table.ts";
import { foldedKey, hasFoldedKey } from "./fold-case.ts";
import { LiteralFinder } from "./literal-finder.ts";
import type { NumericRange, Scalar, ValueMatcher } from "./pattern.ts";
import { newPostings, type Postings, type TakePostings } from "./postings.ts";
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
  readonly #exact = new Map<Scalar, Postings>();
  readonly #always = newPostings();
  readonly #texts = new Map<TextSlot, Map<string, Postings>>();
  readonly #ranges = new Map<string, { readonly range: NumericRange; readonly postings: Postings }>();
  readonly #blocks = new Map<string, { readonly block: AddressBlock; readonly postings: Postings }>();
  #offerText: readonly OfferText[] = [];
  #rangeTable: RangeTable | undefined;

  add(matcher: ValueMatcher, rule: number): void {
    this.#postingsOf(matcher).rules.push(rule);
  }

  /** Builds the tables, after the last `add`, and gives all postings in them. */
  seal(): readonly Postings[] {
    const offers: OfferText[] = [];
    for (const [slot, entries] of this.#texts) offers.push(OFFERS[slot](entries));
    const blocks = [...this.#blocks.values()];
    if (blocks.length > 0) {
      const table = new AddressTable(blocks);
      offers.push((value, take) => table.offer(value, take));
    }
    this.#offerText = offers;
    const ranges = [...this.#ranges.values()];
    if (ranges.length > 0) this.#rangeTable = new RangeTable(ranges);
    const inTexts = [...this.#texts.values()].flatMap((entries) => [...entries.values()]);
    return [
      this.#always,
      ...this.#exact.values(),
      ...inTexts,
      ...[...blocks, ...ranges].map(({ postings }) => postings),
    ];
  }

  offer(value: Scalar, take: TakePostings): void {
    const exact = this.#exact.get(value);
    if (exact !== undefined) take(exact);
    if (this.#always.rules.length > 0) take(this.#always);
    if (typeof value === "string") {
      for (const offer of this.#offerText) offer(value, take);
      return;
    }
    if (typeof value === "number") this.#rangeTable?.offer(value, take);
  }

  #postingsOf(matcher: ValueMatcher): Postings {
    switch (matcher.kind) {
      case "exact":
        return getOrAdd(this.#exact, matcher.value, newPostings);
      case "numeric": {
        const { range } = matcher;
        const key = `${range.lowOpen} ${range.low} ${range.high} ${range.highOpen}`;
        return getOrAdd(this.#ranges, key, () => ({ range, postings: newPostings() })).postings;
      }
      case "address": {
        const { block } = matcher;
        const key = `${block.digits.length} ${block.bits} ${blockKey(block.digits, block.bits)}`;
        return getOrAdd(this.#blocks, key, () => ({ block, postings: newPostings() })).postings;
      }
      case "prefix":
      case "suffix":
      case "equals-ignore-case":
      case "wildcard":
        return this.#postingsOfText(textKey(matcher));
      case "exists":
      case "anything-but":
        return this.#always;
      default:
        return assertNever(matcher);
    }
  }

  #postingsOfText(key: TextKey | undefined): Postings {
    if (key === undefined) return this.#always;
    const entries = getOrAdd(this.#texts, key.slot, () => new Map<string, Postings>());
    return getOrAdd(entries, key.text, newPostings);
  }
}

type TextKey = { readonly slot: TextSlot; readonly text: string };
type TextMatcher = Extract<ValueMatcher, { kind: "prefix" | "suffix" | "equals-ignore-case" | "wildcard" }>;

/** Where a text is to be found, or undefined where no table can find it. */
function textKey(matcher: TextMatcher): TextKey | undefined {
  if (matcher.kind === "wildcard") {
    const text = longest(matcher.literals);
    return text === "" ? undefined : { slot: "literal", text };
  }
  if (matcher.kind !== "equals-ignore-case" && !matcher.ignoreCase) return { slot: matcher.kind, text: matcher.text };
  if (!hasFoldedKey(matcher.text)) return undefined;
  const slot = matcher.kind === "equals-ignore-case" ? "folded" : (`folded-${matcher.kind}` as const);
  return { slot, text: foldedKey(matcher.text) };
}

const OFFERS: Readonly<Record<TextSlot, (entries: ReadonlyMap<string, Postings>) => OfferText>> = {
  prefix: (entries) => {
    const table = new AffixTable(entries, "prefix");
    return (value, take) => table.offer(value, take);
  },
  suffix: (entries) => {
    const table = new AffixTable(entries, "suffix");
    return (value, take) => table.offer(value, take);
  },
  folded: (entries) => {
    const lengths = new Set([...entries.keys()].map(({ length }) => length));
    return (value, take) => {
      const postings = lengths.has(value.length) ? entries.get(foldedKey(value)) : undefined;
      if (postings !== undefined) take(postings);
    };
  },
  "folded-prefix": (entries) => {
    const table = new AffixTable(entries, "prefix");
    return (value, take) => table.offer(foldedKey(value), take);
  },
  "folded-suffix": (entries) => {
    const table = new AffixTable(entries, "suffix");
    return (value, take) => table.offer(foldedKey(value), take);
  },
  literal: (entries) => {
    const finder = new LiteralFinder(entries);
    return (value, take) => finder.offer(value, take);
  },
};

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

const longest = (texts: readonly string[]): string =>
  texts.reduce((best, text) => (text.length > best.length ? text : best), "");
