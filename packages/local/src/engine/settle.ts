import { endBranch, failBranch } from "./branch-ends.ts";
import type { Catcher, State, Transition } from "./definition.ts";
import type { StateFailure } from "./evaluate.ts";
import { failureOutput } from "./fold-branches.ts";
import { decideRetry, matchesError } from "./retry.ts";
import {
  evaluationFailed,
  type LeaveStep,
  type Pending,
  type Run,
  record,
  type Unrecorded,
  type Visit,
} from "./run.ts";
import { scopeOf } from "./scope.ts";
import { type Written, write } from "./write.ts";

/**
 * Records what a step led to and follows it: to the next state, to a retry, to a catcher, or to the end of its branch.
 * Gives the step that follows in the parent when a branch ended.
 */
export async function settle(run: Run, { branch, step }: Pending): Promise<Pending | undefined> {
  const at = run.state.branches.get(branch)?.at;
  const state = at === undefined ? undefined : run.definition.statesByName.get(at.name);
  if (at === undefined || state === undefined || step.kind === "wait") return undefined;
  const visit = { run, branch, at };
  return step.kind === "leave" ? leave(visit, state, step) : fail(visit, { state, ...step });
}

async function leave(visit: Visit, state: State, step: LeaveStep): Promise<Pending | undefined> {
  const { run, branch } = visit;
  const { writes, fallback, seen } = step;
  const written = await write({ writes, fallback, scope: scopeOf(visit, { seen }), state: run.state });
  if (written.ok) return exit(visit, { state, written: written.value, transition: step.transition });
  const { failure } = written;
  return fail(visit, { state, failure, events: [evaluationFailed(branch, state.name, failure)] });
}

type Exit = { readonly state: State; readonly written: Written; readonly transition: Transition };

function exit({ run, branch }: Visit, { state, written, transition }: Exit): Pending | undefined {
  if (state.kind === "Fail") throw new Error("a Fail state is never left");
  const next = transition.kind === "next" ? { next: transition.next } : {};
  record(run, { type: `${state.kind}StateExited`, branch, details: { name: state.name, ...written, ...next } });
  if (transition.kind === "end") return endBranch(run, branch, written.output);
  run.work.push({ kind: "enter", branch, name: transition.next, input: written.output });
  return undefined;
}

type Failed = { readonly state: State; readonly failure: StateFailure; readonly events: readonly Unrecorded[] };

/** Retriers first, then catchers; what neither handles fails the branch. The last event carries the retry's decision. */
async function fail(visit: Visit, { state, failure, events }: Failed): Promise<Pending | undefined> {
  const { run, branch, at } = visit;
  const handled = "retry" in state ? state : { retry: [], catch: [] };
  const retry = decideRetry({
    retriers: handled.retry,
    retries: at.retries,
    error: failure.error,
    at: run.at,
    unit: run.values.draws.unit,
  });
  for (const [index, event] of events.entries()) {
    record(run, retry !== undefined && index === events.length - 1 ? { ...event, retry } : event);
  }
  if (retry !== undefined) return undefined;
  const catcher = handled.catch.find(({ errorEquals }) => matchesError(errorEquals, failure.error));
  return catcher === undefined ? failBranch(run, branch, failure) : catchFailure(visit, { state, failure, catcher });
}

type Caught = { readonly state: State; readonly failure: StateFailure; readonly catcher: Catcher };

async function catchFailure(visit: Visit, { state, failure, catcher }: Caught): Promise<Pending | undefined> {
  const { run, branch } = visit;
  const errorOutput = failureOutput(failure);
  const scope = scopeOf(visit, { seen: { errorOutput } });
  const written = await write({ writes: catcher, fallback: errorOutput, scope, state: run.state });
  if (written.ok) {
    return exit(visit, { state, written: written.value, transition: { kind: "next", next: catcher.next } });
  }
  record(run, evaluationFailed(branch, state.name, written.failure));
  return failBranch(run, branch, written.failure);
}
