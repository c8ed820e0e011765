import type { JsonObject } from "@ephor/domain/json";
import { compileMatcher, type Matcher, parsePattern } from "@ephor/events/pattern/index";
import { adversarialPatterns, cloudTrailEvents, commonPatterns } from "./cloudtrail-corpus.ts";
import { type BenchRow, median, rounded } from "./row.ts";

const EVENTS = 20_000;
const ROUNDS = 9;
const COMPILED_PATTERNS = 750;

/**
 * What matching costs on top of JSON.parse, for patterns as they are mostly written and for such as share no field to
 * be found by; and what compiling costs, from JSON text to matcher. Ratios are of rates measured in turns in one run.
 */
export async function benchPattern(): Promise<BenchRow[]> {
  const events = cloudTrailEvents(EVENTS, 1);
  const rows: BenchRow[] = [
    { name: "pattern: mean event", value: Math.round(events.join("").length / EVENTS), unit: "bytes" },
  ];
  rows.push(...ratio(events, { name: "300 patterns", patterns: commonPatterns(300, 2), must: 0.65 }));
  rows.push(...ratio(events, { name: "1,000 patterns", patterns: commonPatterns(1_000, 3), must: 0.5 }));
  rows.push(...ratio(events, { name: "1,000 adversarial patterns", patterns: adversarialPatterns(1_000), must: 0.5 }));
  rows.push(compileTime());
  return rows;
}

type Case = { readonly name: string; readonly patterns: readonly JsonObject[]; readonly must: number };

function ratio(events: readonly string[], { name, patterns, must }: Case): BenchRow[] {
  const matcher = compile(patterns.map((pattern) => JSON.stringify(pattern)));
  const ratios: number[] = [];
  const rates: number[] = [];
  let matches = 0;
  for (let round = 0; round < ROUNDS + 2; round++) {
    const alone = seconds(() => parseAll(events));
    const both = seconds(() => {
      matches = matchAll(events, matcher);
    });
    if (round < 2) continue;
    ratios.push(alone / both);
    rates.push(events.length / both);
  }
  const value = rounded(median(ratios));
  return [
    {
      name: `pattern: parse + match, ${name}, against parse`,
      value,
      unit: "x",
      must: `>= ${must}`,
      reach: ">= 0.95",
      ok: value >= must,
    },
    {
      name: `pattern: parse + match, ${name}`,
      value: Math.round(median(rates)),
      unit: `events/s (${matches} matches)`,
    },
  ];
}

function compileTime(): BenchRow {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const texts = commonPatterns(COMPILED_PATTERNS, 100 + round).map((pattern) => JSON.stringify(pattern));
    times.push(seconds(() => compile(texts)) * 1_000);
  }
  const value = rounded(median(times), 1);
  return {
    name: `pattern: compile ${COMPILED_PATTERNS} patterns`,
    value,
    unit: "ms",
    must: "<= 50",
    reach: "<= 15",
    ok: value <= 50,
  };
}

function compile(texts: readonly string[]): Matcher<number> {
  return compileMatcher(
    texts.flatMap((text, value) => {
      const parsed = parsePattern(text);
      return parsed.ok ? [{ pattern: parsed.value, value }] : [];
    }),
  );
}

function parseAll(events: readonly string[]): number {
  let parsed = 0;
  for (const text of events) if (typeof JSON.parse(text) === "object") parsed++;
  return parsed;
}

function matchAll(events: readonly string[], matcher: Matcher<number>): number {
  let matches = 0;
  for (const text of events) matches += matcher.match(JSON.parse(text)).length;
  return matches;
}

function seconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1_000;
}
