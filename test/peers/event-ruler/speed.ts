import type { JsonObject } from "@ephor/domain/json";
import { compileMatcher, type Matcher, parsePattern } from "@ephor/events/pattern/index";
import {
  adversarialKinds,
  adversarialPatterns,
  cloudTrailEvents,
  commonPatterns,
} from "../../bench/cloudtrail-corpus.ts";
import { median, rounded } from "../../bench/row.ts";
import { askPeer, buildPeer } from "./peer.ts";

/**
 * Events a second of one thread by us and by event-ruler, parsing included (`ratio`) and of events parsed before
 * (`parsed`): the same patterns, the same events, and the same number of matches, or exit 1. The best of seven rounds
 * counts on both sides.
 */
const ROUNDS = 7;
const PATTERNS = 1_000;
const events = cloudTrailEvents(20_000, 1);

const cases: readonly (readonly [string, readonly JsonObject[]])[] = [
  ["300 common patterns", commonPatterns(300, 2)],
  ["1,000 common patterns", commonPatterns(PATTERNS, 3)],
  ["1,000 adversarial patterns", adversarialPatterns(PATTERNS)],
  ...[...adversarialKinds].map(([kind, patternOf]) => {
    const patterns = Array.from({ length: PATTERNS }, (_, i) => patternOf(i));
    return [`1,000 by ${kind}`, patterns] as const;
  }),
];

await buildPeer();
const ratios: Ratios[] = [];
for (const [name, patterns] of cases) ratios.push(await compare(name, patterns));
for (const kind of ["ratio", "parsed"] as const) {
  const values = ratios.map((all) => all[kind]);
  console.log(`${kind}: median ${rounded(median(values), 2)} x, least ${rounded(Math.min(...values), 2)} x`);
}

type Ratios = { readonly ratio: number; readonly parsed: number };
type Speed = { readonly matches: number; readonly eventsPerSecond: number; readonly parsedPerSecond: number };

async function compare(name: string, patterns: readonly JsonObject[]): Promise<Ratios> {
  const texts = patterns.map((pattern) => JSON.stringify(pattern));
  const ours = measure(compile(texts));
  const lines = [
    ...texts.map((pattern) => JSON.stringify({ pattern })),
    ...events.map((event) => JSON.stringify({ event })),
  ];
  const [line = "{}"] = await askPeer(lines, "speed");
  const theirs: Speed = JSON.parse(line);
  const ratio = rounded(ours.eventsPerSecond / theirs.eventsPerSecond, 2);
  const parsed = rounded(ours.parsedPerSecond / theirs.parsedPerSecond, 2);
  console.log(JSON.stringify({ name, ratio, parsed, ours, theirs }));
  if (ours.matches !== theirs.matches) process.exitCode = 1;
  return { ratio, parsed };
}

function measure(matcher: Matcher<number>): Speed {
  const parsed = events.map((event): JsonObject => JSON.parse(event));
  let [matches, best, bestParsed] = [0, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    matches = 0;
    best = Math.max(
      best,
      rate(() => {
        for (const event of events) matches += matcher.match(JSON.parse(event)).length;
      }),
    );
    bestParsed = Math.max(
      bestParsed,
      rate(() => {
        for (const event of parsed) matcher.match(event);
      }),
    );
  }
  return { matches, eventsPerSecond: Math.round(best), parsedPerSecond: Math.round(bestParsed) };
}

function rate(work: () => void): number {
  const start = performance.now();
  work();
  return (events.length * 1_000) / (performance.now() - start);
}

function compile(texts: readonly string[]): Matcher<number> {
  const entries = texts.flatMap((text, value) => {
    const parsed = parsePattern(text);
    return parsed.ok ? [{ pattern: parsed.value, value }] : [];
  });
  return compileMatcher(entries);
}
