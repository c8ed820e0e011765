import type { Json, JsonObject } from "@ephor/domain/json";
import type { Random } from "./random.ts";
import { ADDRESSES, BLOCKS, BOUNDS, CASED, NAMES, NUMBERS, TEXTS, WILDCARDS } from "./vocabulary.ts";

const LITERALS = [null, true, false] as const;

/** A valid event pattern: a few fields, nested, with every operator, and `$or` now and then. */
export function generatePattern(random: Random): JsonObject {
  return generateFields(random, 0);
}

/** A pattern of a family whose members share the values of all their fields with many others, in other combinations. */
export function generateSibling(random: Random): JsonObject {
  const family: JsonObject = {
    a: [random.pick(FAMILY)],
    b: { c: [random.pick(FAMILY)] },
    detail: [random.pick(FAMILY)],
  };
  const kept = Object.entries(family).filter(() => random.chance(0.8));
  const more = kept.length === 0 || random.chance(0.3) ? [generateField(random, 1)] : [];
  return Object.fromEntries([...kept, ...more]);
}

const FAMILY = ["a", "ab", "b", 1] as const;

function generateFields(random: Random, depth: number): JsonObject {
  const fields = random.list({ least: 1, most: depth === 0 ? 3 : 2 }, () => generateField(random, depth));
  if (depth < 2 && random.chance(0.12))
    fields.push(["$or", random.list({ least: 2, most: 3 }, () => generateFields(random, depth + 1))]);
  return Object.fromEntries(fields);
}

function generateField(random: Random, depth: number): [string, Json] {
  const name = random.chance(0.08) ? `${random.pick(NAMES)}.${random.pick(NAMES)}` : random.pick(NAMES);
  return [name, depth < 2 && random.chance(0.35) ? generateFields(random, depth + 1) : generateMatchers(random)];
}

function generateMatchers(random: Random): Json {
  return random.list({ least: 1, most: 3 }, () => generateMatcher(random));
}

function generateMatcher(random: Random): Json {
  return random.pick(MATCHERS)(random);
}

const texts = (random: Random): Json => random.list({ least: 1, most: 3 }, () => random.pick(TEXTS));
const nonEmpty = (random: Random): string => random.pick(TEXTS.filter((text) => text !== ""));
const oneOrMore = (random: Random, one: (random: Random) => string): Json =>
  random.chance(0.5) ? one(random) : random.list({ least: 1, most: 3 }, () => one(random));

/** Every form of value and operator; listed more than once where it should come more often. */
const MATCHERS: readonly ((random: Random) => Json)[] = [
  (random) => random.pick(TEXTS),
  (random) => random.pick(TEXTS),
  (random) => random.pick(NUMBERS),
  (random) => random.pick(LITERALS),
  (random) => random.pick(ADDRESSES),
  (random) => ({ prefix: random.pick(TEXTS) }),
  (random) => ({ suffix: random.pick(TEXTS) }),
  (random) => ({ prefix: { "equals-ignore-case": random.pick(CASED) } }),
  (random) => ({ suffix: { "equals-ignore-case": random.pick(CASED) } }),
  (random) => ({ "equals-ignore-case": random.pick(CASED) }),
  (random) => ({ wildcard: random.pick(WILDCARDS) }),
  (random) => ({ cidr: random.pick(BLOCKS) }),
  (random) => ({ exists: random.chance(0.5) }),
  (random) => ({ numeric: generateRange(random) }),
  (random) => ({ numeric: generateRange(random) }),
  (random) => ({ "anything-but": random.pick([...TEXTS, ...NUMBERS]) }),
  (random) => ({
    "anything-but": random.chance(0.5) ? texts(random) : random.list({ least: 1, most: 3 }, () => random.pick(NUMBERS)),
  }),
  (random) => ({ "anything-but": { prefix: oneOrMore(random, nonEmpty) } }),
  (random) => ({ "anything-but": { suffix: oneOrMore(random, nonEmpty) } }),
  (random) => ({ "anything-but": { "equals-ignore-case": oneOrMore(random, () => random.pick(CASED)) } }),
  (random) => ({ "anything-but": { wildcard: oneOrMore(random, () => random.pick(WILDCARDS)) } }),
];

function generateRange(random: Random): Json {
  const low = random.below(BOUNDS.length - 1);
  const high = low + 1 + random.below(BOUNDS.length - low - 1);
  if (random.chance(0.5)) return [random.pick(["=", "<", "<=", ">", ">="]), BOUNDS[low] ?? 0];
  return [random.pick([">", ">="]), BOUNDS[low] ?? 0, random.pick(["<", "<="]), BOUNDS[high] ?? 1];
}
