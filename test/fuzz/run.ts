import type { JsonObject } from "@ephor/domain/json";
import { compileMatcher, type MatcherEntry, parsePattern, testPattern } from "@ephor/events/pattern/index";
import { scriptOptions } from "../support/script-options.ts";
import { generateEvent } from "./generate-event.ts";
import { generatePattern, generateSibling } from "./generate-pattern.ts";
import { type Leaf, leavesOf, type NaiveRule, naiveMatches, naiveRuleMatches, naiveRules } from "./naive-matcher.ts";
import { Random } from "./random.ts";
import { shrink } from "./shrink.ts";

/**
 * Generated patterns and events through the parser and the compiled matcher, against the naive matcher, in sets of
 * patterns compiled together. Exits 1 at the first crash or difference, with the shrunk pair.
 */
const SET_PATTERNS = [1, 10, 40, 150] as const;
const SET_EVENTS = 500;

type Totals = { patterns: number; events: number; pairs: number; matches: number; refused: number; mutants: number };
type Candidate = { readonly source: JsonObject; readonly rules: readonly NaiveRule[] };

const USAGE = `Usage: npm run test:fuzz -- [options]

  --seed N       repeat the run of this seed; another one every time unless told
  --patterns N   patterns to try at least, 100000 unless told
  --events N     events to try at least, 1000000 unless told
  --seconds N    stop after so many seconds, 3600 unless told`;

const flags = scriptOptions(USAGE, {
  seed: { type: "string" },
  events: { type: "string", default: "1000000" },
  patterns: { type: "string", default: "100000" },
  seconds: { type: "string", default: "3600" },
});
const seed = Number(flags.seed ?? Date.now() % 2 ** 31);
const wanted = { patterns: Number(flags.patterns), events: Number(flags.events) };
const deadline = performance.now() + Number(flags.seconds) * 1_000;
const random = new Random(seed);
const totals: Totals = { patterns: 0, events: 0, pairs: 0, matches: 0, refused: 0, mutants: 0 };

console.log(`seed ${seed}: ${wanted.patterns} patterns, ${wanted.events} events, at most ${flags.seconds} s`);
while (performance.now() < deadline && (totals.patterns < wanted.patterns || totals.events < wanted.events)) runSet();
console.log(JSON.stringify({ seed, ...totals, seconds: Math.round(performance.now() / 100) / 10 }));

/** One set: its patterns compiled together, its events matched against all of them. */
function runSet(): void {
  const candidates: Candidate[] = [];
  const entries: MatcherEntry<Candidate>[] = [];
  const size = random.pick(SET_PATTERNS);
  const generate = random.pick([generatePattern, generateSibling]);
  for (let i = 0; i < size; i++) {
    const source = generate(random);
    const parsed = parsePattern(JSON.stringify(source));
    totals.patterns++;
    tryMutant(JSON.stringify(source));
    if (!parsed.ok && !parsed.error.message.includes("too complex"))
      fail("a valid pattern is refused", { pattern: source, error: parsed.error });
    if (!parsed.ok) {
      totals.refused++;
      continue;
    }
    const candidate = { source, rules: naiveRules(source) };
    candidates.push(candidate);
    entries.push({ pattern: parsed.value, value: candidate });
  }
  const matcher = compileMatcher(entries);
  const sources = candidates.map(({ source }) => source);
  for (let i = 0; i < SET_EVENTS; i++) {
    const event = generateEvent(random, sources);
    const found = new Set(matcher.match(event));
    const leaves = leavesOf(event);
    totals.events++;
    for (const candidate of candidates) compare(candidate, { event, leaves, isFound: found.has(candidate) });
  }
}

type Outcome = { readonly event: JsonObject; readonly leaves: readonly Leaf[]; readonly isFound: boolean };

function compare({ source, rules }: Candidate, { event, leaves, isFound }: Outcome): void {
  const isExpected = rules.some((rule) => naiveRuleMatches(rule, leaves));
  totals.pairs++;
  if (isExpected) totals.matches++;
  if (isExpected === isFound) return;
  if (!differs(source, event))
    fail(`expected ${isExpected} only when compiled with others`, { pattern: source, event });
  const smallEvent = shrink(event, (candidate) => differs(source, candidate));
  const smallPattern = shrink(source, (candidate) => differs(candidate, smallEvent));
  fail("the matchers differ", {
    pattern: smallPattern,
    event: smallEvent,
    expected: naiveMatches(smallPattern, leavesOf(smallEvent)),
  });
}

function differs(pattern: JsonObject, event: JsonObject): boolean {
  const parsed = parsePattern(pattern);
  if (!parsed.ok) return false;
  const isFound = compileMatcher([{ pattern: parsed.value, value: true }]).match(event).length > 0;
  return isFound !== naiveMatches(pattern, leavesOf(event));
}

/** A damaged pattern text must give an answer or an error with a message, never throw. */
function tryMutant(text: string): void {
  const at = random.below(text.length);
  const mutant =
    text.slice(0, at) +
    random.pick(["", '"', "{", "}", "[", "]", ",", ":", "\\", "-", "1", "null", "\n", " "]) +
    text.slice(at + random.below(3));
  const result = testPattern(mutant);
  totals.mutants++;
  if ("error" in result && result.error.message === "") fail("an error without a message", { pattern: mutant, result });
}

function fail(what: string, detail: Readonly<Record<string, unknown>>): never {
  console.error(`${what} (seed ${seed})`);
  for (const [name, value] of Object.entries(detail)) console.error(`${name}: ${JSON.stringify(value)}`);
  process.exit(1);
}
