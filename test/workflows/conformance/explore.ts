import { createHash } from "node:crypto";
import type { JsonObject } from "@ephor/domain/json";
import { placeholdersOf, substitute } from "@ephor/topology/placeholders";
import type { Workflow } from "@ephor/topology/types";
import { Random } from "../../fuzz/random.ts";
import { definitionOf } from "../support/virtual-world.ts";
import type { Answer, Call, Case, Machine, Outcome, Script } from "./case.ts";
import { runInMemory } from "./memory-run.ts";
import { comparable } from "./script.ts";
import { statesOf } from "./states-of.ts";
import { objectOf, type Vocabulary, vocabularyOf } from "./vocabulary.ts";

/** Executions looked at for each workflow, at most and after the last that entered a new state. */
const TRIES_MAX = 1_500;
const TRIES_IN_VAIN_MAX = 400;

export type Explored = {
  /** Executions that together make every step between states, and come to every end, that was seen. */
  readonly cases: readonly (Case & { readonly expected: Outcome })[];
  readonly entered: readonly string[];
  /** All there are. */
  readonly states: readonly string[];
};

/** What chance is drawn from: one number for the input and one for each task. */
type Genome = Readonly<Record<string, number>>;
type Found = { readonly genome: Genome; readonly steps: ReadonlySet<string>; readonly expected: Outcome };

/**
 * Looks at executions of a workflow whose inputs and answers are made by chance from its own words, changing a little of
 * those that went a new way. The same seed gives the same cases.
 */
export async function explore(workflow: Workflow, seed: number): Promise<Explored> {
  const vocabulary = vocabularyOf(workflow.definition);
  const definition = definitionOf(substitute(workflow.definition, ({ name }) => name));
  const states = [...statesOf(workflow.definition)].map(([name]) => name).sort();
  const random = randomOf(`${seed} ${workflow.name}`);
  const parts = ["input", ...new Set(placeholdersOf(workflow.definition).map(({ name }) => name))];
  const known = new Set<string>();
  const entered = new Set<string>();
  const corpus: Found[] = [];
  let inVain = 0;
  for (let tries = 0; tries < TRIES_MAX && inVain < TRIES_IN_VAIN_MAX; tries += 1) {
    const genome = mutated(corpus, { parts, random });
    const run = await runInMemory(definition, caseBy({ workflow, vocabulary, seed, genome }));
    const steps = stepsOf(run.entered, run.outcome);
    const isNew = [...steps].some((step) => !known.has(step));
    const before = entered.size;
    for (const state of run.entered) entered.add(state);
    inVain = entered.size > before ? 0 : inVain + 1;
    if (!isNew) continue;
    for (const step of steps) known.add(step);
    corpus.push({ genome, steps, expected: expectedOf(run.outcome) });
  }
  const cases = fewest(corpus).map(({ genome, expected }) => ({
    ...caseBy({ workflow, vocabulary, seed, genome }),
    expected,
  }));
  return { cases, entered: [...entered].sort(), states };
}

/** How the core ended, without a cause, in which an engine may tell more. */
function expectedOf(outcome: Awaited<ReturnType<typeof runInMemory>>["outcome"]): Outcome {
  if (outcome.status === "SUCCEEDED") return { status: outcome.status, output: comparable(outcome.output) };
  const status = outcome.status === "TIMED_OUT" ? "TIMED_OUT" : "FAILED";
  return { status, ...(outcome.error === undefined ? {} : { error: outcome.error }) };
}

/** Each step from a state to the next, and how it ended; not how often a loop was gone round. */
const stepsOf = (entered: readonly string[], outcome: { status: string; error?: string }): ReadonlySet<string> =>
  new Set([
    ...entered.map((state, index) => `${entered[index - 1] ?? ""}>${state}`),
    `${entered.at(-1)} ${outcome.status} ${outcome.error ?? ""}`,
  ]);

/** A new draw for one or two parts of an execution that went a new way, mostly of a late one. */
function mutated(corpus: readonly Found[], { parts, random }: { parts: readonly string[]; random: Random }): Genome {
  const recent = random.chance(0.6) ? corpus.slice(-5) : corpus;
  const parent = recent.length === 0 ? {} : random.pick(recent).genome;
  const changed = random.chance(0.7) ? [random.pick(parts)] : [random.pick(parts), random.pick(parts)];
  return { ...parent, ...Object.fromEntries(changed.map((part) => [part, random.below(1_000_000)])) };
}

/** As few executions as make all the steps, the one with the most that are left first. */
function fewest(corpus: readonly Found[]): readonly Found[] {
  const left = new Set(corpus.flatMap(({ steps }) => [...steps]));
  const chosen: Found[] = [];
  while (left.size > 0) {
    const gain = ({ steps }: Found): number => [...steps].filter((step) => left.has(step)).length;
    const [best] = corpus.toSorted((one, other) => gain(other) - gain(one));
    if (best === undefined) break;
    for (const step of best.steps) left.delete(step);
    chosen.push(best);
  }
  return chosen;
}

type Making = {
  readonly workflow: Workflow;
  readonly vocabulary: Vocabulary;
  readonly seed: number;
  readonly genome: Genome;
};

function caseBy({ workflow, vocabulary, seed, genome }: Making): Case {
  const { name, type, definition } = workflow;
  const drawn = (part: string, more = ""): Random => randomOf(`${seed} ${part} ${genome[part] ?? 0} ${more}`);
  return {
    name: `${name} of ${JSON.stringify(genome)}`,
    machines: [{ name, type, definition }, ...childrenOf(definition)],
    input: objectOf({ vocabulary, random: drawn("input") }),
    script: scriptBy(vocabulary, drawn),
  };
}

/** What stands for workflows that are started: one that is waited for gives what the script says, others just end. */
function childrenOf(definition: JsonObject): readonly Machine[] {
  const named = placeholdersOf(definition).filter(({ kind }) => kind === "workflow");
  return [...new Set(named.map(({ name }) => name))].map((name) => {
    const isWaitedFor = [...statesOf(definition)].some(
      ([, state]) =>
        String(state["Resource"]).endsWith(".sync:2") && JSON.stringify(state).includes(`\${workflow:${name}}`),
    );
    const task = {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: { FunctionName: `\${task:workflow-${name}}`, Payload: "{% $states.input %}" },
      Output: "{% $states.result.Payload %}",
      End: true,
    };
    const States = isWaitedFor ? { Do: task } : { Do: { Type: "Succeed" } };
    return { name, type: "standard", definition: { QueryLanguage: "JSONata", StartAt: "Do", States } };
  });
}

/** A loop that only another answer ends does end. */
const SAME_ANSWERS_MAX = 20;
type Drawn = (part: string, more?: string) => Random;

/** A task has a mood for the whole execution: it answers, fails a few times first, or never does anything but fail. */
const scriptBy =
  (vocabulary: Vocabulary, drawn: Drawn): Script =>
  ({ task, payload, repeat, nth }: Call): Answer => {
    const mood = drawn(task);
    const failures = mood.pick([0, 0, 0, 0, 1, 2, Number.POSITIVE_INFINITY]);
    const error = mood.pick([...vocabulary.errors, "test.unforeseen"]);
    const isAsked = JSON.stringify(payload).includes('"<token>"');
    if (repeat < failures) {
      const failure = { error, cause: `${task} failed` };
      return isAsked && mood.chance(0.5) ? { byToken: failure } : failure;
    }
    // Some say the same however often they are asked, so that loops go on to their bound.
    const asked = mood.chance(0.5) && nth < SAME_ANSWERS_MAX ? "" : `${JSON.stringify(payload)} ${repeat}`;
    const answer = { output: objectOf({ vocabulary, random: drawn(task, asked) }) };
    return isAsked ? { byToken: answer } : answer;
  };

const randomOf = (text: string): Random => new Random(createHash("sha256").update(text).digest().readUInt32BE());
