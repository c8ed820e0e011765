import { parseArgs } from "node:util";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { compileMatcher, parsePattern } from "@ephor/events/pattern/index";
import { damagePattern } from "../../fuzz/damage-pattern.ts";
import { generateEvent } from "../../fuzz/generate-event.ts";
import { generatePattern } from "../../fuzz/generate-pattern.ts";
import { naiveRules } from "../../fuzz/naive-matcher.ts";
import { Random } from "../../fuzz/random.ts";
import { type Difference, EXCEPTIONS } from "./exceptions.ts";
import { askPeer, buildPeer } from "./peer.ts";

/**
 * Generated pairs of a pattern and an event, a third of the patterns damaged, answered by us and by event-ruler:
 * whether the pattern is accepted, and whether the event matches. Exits 1 on a difference outside EXCEPTIONS.
 */
const SHOWN_MAX = 20;

const { values: flags } = parseArgs({
  options: { seed: { type: "string" }, pairs: { type: "string", default: "100000" } },
});
const seed = Number(flags.seed ?? Date.now() % 2 ** 31);
const random = new Random(seed);

console.log(`seed ${seed}, ${flags.pairs} pairs`);
await buildPeer();
const pairs = Array.from({ length: Number(flags.pairs) }, generatePair);
const answers = await ask(pairs);
const found = pairs
  .map((pair, i) => ({ ...pair, ours: ourAnswer(pair), theirs: answers[i]?.answer ?? "nothing" }))
  .filter(differ);
const apart = await askApart(found);
const differences = found.map((difference, i) => ({ ...difference, theirsApart: apart[i] ?? "nothing" }));
const unexplained = differences.filter((difference) => !EXCEPTIONS.some(({ covers }) => covers(difference)));

const counts = Object.entries(
  Object.groupBy(answers, ({ answer }) => (answer.startsWith("refused") ? "refused" : answer)),
);
console.log(
  JSON.stringify({
    seed,
    pairs: pairs.length,
    ...Object.fromEntries(counts.map(([kind, all]) => [kind, all?.length])),
  }),
);
console.log(
  `${answers.filter(({ isDisputed }) => isDisputed).length} pairs on which event-ruler's newer matcher differs from its README`,
);
for (const { reason, covers } of EXCEPTIONS) console.log(`${differences.filter(covers).length} excepted: ${reason}`);
for (const difference of unexplained.slice(0, SHOWN_MAX)) console.error(JSON.stringify(difference));
console.log(`${unexplained.length} differences`);
process.exitCode = unexplained.length === 0 && answers.length === pairs.length ? 0 : 1;

type Pair = { readonly pattern: string; readonly event: string };

function generatePair(): Pair {
  const pattern = generatePattern(random);
  const event = JSON.stringify(generateEvent(random, [pattern]));
  if (random.chance(0.67)) return { pattern: JSON.stringify(pattern), event };
  if (random.chance(0.8)) return { pattern: JSON.stringify(damagePattern(random, pattern)), event };
  const text = JSON.stringify(pattern);
  const at = random.below(text.length);
  return {
    pattern:
      text.slice(0, at) + random.pick(["", ",", "}", "]", '"', "0", "\\", " "]) + text.slice(at + random.below(2)),
    event,
  };
}

function ourAnswer({ pattern, event }: Pair): string {
  const parsed = parsePattern(pattern);
  if (!parsed.ok) return parsed.error.message;
  return String(compileMatcher([{ pattern: parsed.value, value: true }]).match(JSON.parse(event)).length > 0);
}

type Answer = { readonly answer: string; readonly isDisputed: boolean };

async function ask(all: readonly Pair[]): Promise<readonly Answer[]> {
  const lines = await askPeer(
    all.map((pair) => JSON.stringify(pair)),
    "answers",
  );
  return lines.map((line) => {
    const said: { match?: boolean; structured?: boolean; error?: string } = JSON.parse(line);
    const answer = said.error === undefined ? String(said.match) : `refused: ${said.error}`;
    return { answer, isDisputed: said.structured !== undefined };
  });
}

/** Asks again with every pattern taken apart: it matches when one of its parts does. */
async function askApart(all: readonly Pair[]): Promise<readonly string[]> {
  const parts = all.map(({ pattern, event }) =>
    partsOf(pattern).map((part) => ({ pattern: JSON.stringify(part), event })),
  );
  const asked = parts.flat();
  if (asked.length === 0) return [];
  const said = await ask(asked);
  let at = 0;
  return parts.map(({ length }) => {
    const own = said.slice(at, at + length);
    at += length;
    return String(own.some(({ answer }) => answer === "true"));
  });
}

function partsOf(pattern: string): readonly JsonObject[] {
  if (!parsePattern(pattern).ok) return [];
  const source: unknown = JSON.parse(pattern);
  const rules = isJsonObject(source) ? naiveRules(source) : [];
  return rules.flatMap((rule) => {
    let parts: readonly JsonObject[] = [{}];
    for (const [path, operands] of rule) {
      parts = parts.flatMap((part) => operands.map((operand) => ({ ...part, [path]: [operand] })));
    }
    return parts;
  });
}

function differ({ ours, theirs }: Difference): boolean {
  const isRefused = ours !== "true" && ours !== "false";
  return isRefused ? !theirs.startsWith("refused") : ours !== theirs;
}
