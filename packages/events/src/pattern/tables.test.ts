import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AffixTable } from "./affix-table.ts";
import { LiteralFinder } from "./literal-finder.ts";
import type { NumericRange } from "./pattern.ts";
import type { Postings, TakePostings } from "./postings.ts";
import { RangeTable } from "./range-table.ts";

const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
const RUNS = { seed, numRuns: 500 };

const word = fc.string({ maxLength: 5, unit: fc.constantFrom("a", "b", "é", "\ud83d\ude80") });
const words = fc.uniqueArray(word, { maxLength: 20 });
const entriesOf = (texts: readonly string[]) =>
  new Map<string, Postings>(texts.map((text, i) => [text, { rules: [i], narrower: undefined }]));

function offered(offer: (take: TakePostings) => void): readonly number[] {
  const rules = new Set<number>();
  offer((postings) => {
    for (const rule of postings.rules) rules.add(rule);
  });
  return [...rules].sort((a, b) => a - b);
}

const indexesOf = <T>(items: readonly T[], isWanted: (item: T) => boolean): readonly number[] =>
  items.flatMap((item, i) => (isWanted(item) ? [i] : []));

describe(`tables find exactly what a scan finds (seed ${seed})`, () => {
  test("prefixes", () => {
    fc.assert(
      fc.property(words, word, (texts, value) => {
        const table = new AffixTable(entriesOf(texts), "prefix");
        expect(offered((take) => table.offer(value, take))).toEqual(indexesOf(texts, (text) => value.startsWith(text)));
      }),
      RUNS,
    );
  });

  test("suffixes", () => {
    fc.assert(
      fc.property(words, word, (texts, value) => {
        const table = new AffixTable(entriesOf(texts), "suffix");
        expect(offered((take) => table.offer(value, take))).toEqual(indexesOf(texts, (text) => value.endsWith(text)));
      }),
      RUNS,
    );
  });

  test("literals anywhere", () => {
    const literals = fc.uniqueArray(
      word.filter((text) => text !== ""),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(literals, fc.array(word, { maxLength: 5 }), (texts, parts) => {
        const [finder, value] = [new LiteralFinder(entriesOf(texts)), parts.join("")];
        expect(offered((take) => finder.offer(value, take))).toEqual(indexesOf(texts, (text) => value.includes(text)));
      }),
      RUNS,
    );
  });

  test("numeric ranges", () => {
    const bound = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(-Infinity, Infinity));
    const range = fc
      .record({ ends: fc.tuple(bound, bound), lowOpen: fc.boolean(), highOpen: fc.boolean() })
      .filter(
        ({ ends: [a, b], lowOpen, highOpen }) => a < b || (a === b && Number.isFinite(a) && !lowOpen && !highOpen),
      )
      .map(({ ends: [low, high], lowOpen, highOpen }): NumericRange => ({ low, lowOpen, high, highOpen }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 20 }), fc.oneof(bound, fc.double({ noNaN: true })), (ranges, value) => {
        const table = new RangeTable(
          ranges.map((one, i) => ({ range: one, postings: { rules: [i], narrower: undefined } })),
        );
        const isInside = ({ low, lowOpen, high, highOpen }: NumericRange): boolean =>
          (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high);
        expect(offered((take) => table.offer(value, take))).toEqual(indexesOf(ranges, isInside));
      }),
      RUNS,
    );
  });
});
