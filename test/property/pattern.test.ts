import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import { compileMatcher, parsePattern, testPattern } from "@ephor/events/pattern/index";
import fc from "fast-check";
import { expect, test } from "vitest";
import { generateEvent } from "../fuzz/generate-event.ts";
import { generatePattern } from "../fuzz/generate-pattern.ts";
import { leavesOf, naiveMatches } from "../fuzz/naive-matcher.ts";
import { Random } from "../fuzz/random.ts";
import { ADDRESSES, BLOCKS, BOUNDS, CASED, NAMES, NUMBERS, TEXTS, WILDCARDS } from "../fuzz/vocabulary.ts";

// fast-check prints the seed of a failing run; SEED repeats it.
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
const RUNS = { seed, numRuns: 1_000 };

const name = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 1, arbitrary: fc.constant("a.b") },
);
const text = fc.constantFrom(...TEXTS);
const scalar = fc.oneof(
  text,
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(...ADDRESSES),
  fc.constantFrom(null, true, false),
);
const record = (operator: string, operand: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  operand.map((value) => ({ [operator]: value }));
const some = (item: fc.Arbitrary<Json>): fc.Arbitrary<Json> => fc.array(item, { minLength: 1, maxLength: 3 });
const caseless = record("equals-ignore-case", fc.constantFrom(...CASED));
const filled = text.filter((value) => value !== "");

const range = fc
  .uniqueArray(fc.constantFrom(...BOUNDS), { minLength: 2, maxLength: 2 })
  .map((bounds) => bounds.toSorted((a, b) => a - b))
  .chain(([low = 0, high = 1]) =>
    fc.oneof(
      fc.constantFrom("=", "<", "<=", ">", ">=").map((sign) => [sign, low]),
      fc.tuple(fc.constantFrom(">", ">="), fc.constantFrom("<", "<=")).map(([from, to]) => [from, low, to, high]),
    ),
  );

const matcher: fc.Arbitrary<Json> = fc.oneof(
  scalar,
  record("prefix", fc.oneof(text, caseless)),
  record("suffix", fc.oneof(text, caseless)),
  caseless,
  record("wildcard", fc.constantFrom(...WILDCARDS)),
  record("cidr", fc.constantFrom(...BLOCKS)),
  record("exists", fc.boolean()),
  record("numeric", range),
  record("anything-but", fc.oneof(text, some(text), some(fc.constantFrom(...NUMBERS)))),
  record("anything-but", fc.oneof(record("prefix", some(filled)), record("suffix", filled), caseless)),
  record("anything-but", record("wildcard", fc.constantFrom(...WILDCARDS))),
);

const NESTED = { maxDepth: 2, depthSize: "small", depthIdentifier: "pattern" } as const;

const { pattern } = fc.letrec<{ pattern: JsonObject; field: Json; or: Json | undefined }>((tie) => ({
  pattern: fc
    .tuple(fc.dictionary(name, tie("field"), { minKeys: 1, maxKeys: 3 }), tie("or"))
    .map(([fields, or]): JsonObject => (or === undefined ? { ...fields } : { ...fields, $or: or })),
  field: fc.oneof(NESTED, { weight: 3, arbitrary: some(matcher) }, { weight: 1, arbitrary: tie("pattern") }),
  or: fc.oneof(
    NESTED,
    { weight: 6, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.array(tie("pattern"), { minLength: 2, maxLength: 2 }) },
  ),
}));

const { event } = fc.letrec<{ event: JsonObject; value: Json }>((tie) => ({
  event: fc.dictionary(name, tie("value"), { maxKeys: 4 }).map((fields): JsonObject => ({ ...fields })),
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: "event" },
    { weight: 3, arbitrary: scalar },
    { weight: 1, arbitrary: tie("event") },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 3, depthIdentifier: "event" }) },
  ),
}));

const matches = (source: JsonObject, candidate: JsonObject): boolean => {
  const parsed = parsePattern(source);
  return parsed.ok && compileMatcher([{ pattern: parsed.value, value: true }]).match(candidate).length > 0;
};

test(`the compiled matcher agrees with the naive one (seed ${seed})`, () => {
  fc.assert(
    fc.property(pattern, event, (source, candidate) => {
      fc.pre(parsePattern(source).ok);
      expect(matches(source, candidate)).toBe(naiveMatches(source, leavesOf(candidate)));
    }),
    RUNS,
  );
});

test(`the compiled matcher agrees with the naive one on events made to nearly match (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.integer(), (number) => {
      const random = new Random(number);
      const source = generatePattern(random);
      fc.pre(parsePattern(source).ok);
      for (let i = 0; i < 20; i++) {
        const candidate = generateEvent(random, [source]);
        const isMatch = naiveMatches(source, leavesOf(candidate));
        expect(matches(source, candidate), JSON.stringify({ source, candidate })).toBe(isMatch);
      }
    }),
    { seed, numRuns: 500 },
  );
});

test(`patterns compiled together match as each does alone, in the order of the entries (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 60 }), fc.array(event, { maxLength: 5 }), (sources, candidates) => {
      const accepted = sources.filter((source) => parsePattern(source).ok);
      const entries = accepted.flatMap((source) => {
        const parsed = parsePattern(source);
        return parsed.ok ? [{ pattern: parsed.value, value: source }] : [];
      });
      const together = compileMatcher(entries);
      for (const candidate of candidates) {
        expect(together.match(candidate)).toEqual(accepted.filter((source) => matches(source, candidate)));
      }
    }),
    { seed, numRuns: 200 },
  );
});

test(`a pattern means the same as text and as a value (seed ${seed})`, () => {
  fc.assert(
    fc.property(pattern, (source) => {
      expect(parsePattern(JSON.stringify(source))).toEqual(parsePattern(source));
    }),
    RUNS,
  );
});

test(`whatever is given as a pattern or an event gets an answer, and an error says what was expected (seed ${seed})`, () => {
  const damaged = pattern.chain((source) => {
    const json = JSON.stringify(source);
    return fc
      .tuple(fc.nat(json.length), fc.string({ maxLength: 2 }))
      .map(([at, put]) => json.slice(0, at) + put + json.slice(at + 1));
  });
  const anything = fc.oneof(damaged, fc.jsonValue(), fc.anything(), fc.string());
  fc.assert(
    fc.property(anything, fc.oneof(fc.jsonValue(), fc.string()), (source, candidate) => {
      const result = testPattern(source, candidate);
      if ("error" in result)
        expect([result.error.message, typeof result.error.path]).toEqual([expect.stringMatching(/\S/), "string"]);
      else expect("match" in result && typeof result.match).toBe("boolean");
    }),
    RUNS,
  );
});

test(`the path of an error leads to the offending place (seed ${seed})`, () => {
  fc.assert(
    fc.property(
      fc.array(name, { minLength: 1, maxLength: 4 }),
      fc.constantFrom<Json>(1, "x", null, []),
      (path, offence) => {
        const source = path.toReversed().reduce<Json>((inside, key) => ({ [key]: inside }), offence);
        const result = parsePattern(source);
        expect(result.ok || result.error.path).toBe(path.map((key) => `/${key}`).join(""));
      },
    ),
    RUNS,
  );
});

test(`any JSON object can be matched against (seed ${seed})`, () => {
  fc.assert(
    fc.property(pattern, fc.jsonValue({ maxDepth: 6 }), (source, candidate) => {
      fc.pre(isJsonObject(candidate));
      expect(typeof matches(source, isJsonObject(candidate) ? candidate : {})).toBe("boolean");
    }),
    RUNS,
  );
});
