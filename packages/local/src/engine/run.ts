import type { Json } from "@ephor/domain/json";
import { startOf } from "./branches.ts";
import type { Definition, Transition, Writes } from "./definition.ts";
import type { StateFailure } from "./evaluate.ts";
import type { Folded } from "./fold.ts";
import { fold } from "./fold.ts";
import type { HistoryEvent, HistoryEventOf, HistoryType } from "./history.ts";
import type { AdvanceValues } from "./jsonata/asl-functions.ts";
import { LIMITS } from "./limits.ts";
import type { StatePosition } from "./types.ts";

/** One advance under way. `state` is replaced, never changed, by every event recorded. */
export type Run = {
  readonly definition: Definition;
  readonly at: string;
  readonly values: AdvanceValues;
  readonly history: HistoryEvent[];
  /** What is still to do in this advance, last in first out, so that a branch runs on before the next begins. */
  readonly work: Work[];
  state: Folded;
};

export type Work =
  | { readonly kind: "enter"; readonly branch: string; readonly name: string; readonly input: Json }
  /** Begin the next iteration of the Map that `branch` stands in, if it may have one more. */
  | { readonly kind: "iterate"; readonly branch: string };

/** A step taken in `branch`, still to be settled: recorded and followed. */
export type Pending = { readonly branch: string; readonly step: Step };

/** What running a state led to. */
export type Step =
  | { readonly kind: "wait" }
  | LeaveStep
  | { readonly kind: "fail"; readonly failure: StateFailure; readonly events: readonly Unrecorded[] };

/** The state did its work: evaluate `writes` (over `$states` with `seen`), `fallback` being the output if none is given. */
export type LeaveStep = {
  readonly kind: "leave";
  readonly writes: Writes;
  readonly fallback: Json;
  readonly seen: Readonly<Record<string, Json>>;
  readonly transition: Transition;
};

/** One state being run in one branch. */
export type Visit = { readonly run: Run; readonly branch: string; readonly at: StatePosition };

export type Unrecorded = {
  [T in HistoryType]: Pick<HistoryEventOf<T>, "type" | "branch" | "details" | "retry">;
}[HistoryType];

const TOO_LONG = {
  error: "States.Runtime",
  cause: `The execution reached the maximum number of history events (${LIMITS.historyEvents}).`,
} as const;

/**
 * Appends an event to the history and folds it. Once the execution has an outcome nothing more is recorded;
 * the last event a history has room for ends it.
 */
export function record(run: Run, event: Unrecorded): void {
  if (run.state.outcome !== undefined) return;
  const id = run.state.lastEventId + 1;
  const ends = event.type.startsWith("Execution");
  const kept: Unrecorded =
    id < LIMITS.historyEvents || ends ? event : { type: "ExecutionFailed", branch: event.branch, details: TOO_LONG };
  const previousEventId = run.state.branches.get(event.branch)?.lastEventId ?? startOf(event.branch);
  const recorded: HistoryEvent = { ...kept, id, previousEventId, timestamp: run.at };
  run.history.push(recorded);
  run.state = fold(run.definition, run.state, recorded);
}

/** The id the next recorded event will have. */
export const nextEventId = (run: Run): number => run.state.lastEventId + 1;

export const evaluationFailed = (branch: string, state: string, failure: StateFailure): Unrecorded => ({
  type: "EvaluationFailed",
  branch,
  details: { error: failure.error ?? "", cause: failure.cause ?? "", location: failure.location ?? "", state },
});
