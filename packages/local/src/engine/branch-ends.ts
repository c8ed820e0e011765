import type { Json } from "@ephor/domain/json";
import { isWithin, placeOf } from "./branches.ts";
import type { MapState, ParallelState } from "./definition.ts";
import type { StateFailure } from "./evaluate.ts";
import { type Pending, type Run, record, type Step } from "./run.ts";
import type { MapActivity, ParallelActivity } from "./types.ts";

/** The Parallel or Map a branch was begun by, as it stands now. */
type Parent = { readonly branch: string; readonly index: number } & (
  | { readonly kind: "Parallel"; readonly state: ParallelState; readonly activity: ParallelActivity }
  | { readonly kind: "Map"; readonly state: MapState; readonly activity: MapActivity }
);

function parentOf(run: Run, branch: string): Parent | undefined {
  const place = placeOf(branch);
  const at = run.state.branches.get(place?.parent ?? "")?.at;
  const state = run.definition.statesByName.get(at?.name ?? "");
  if (place === undefined || at === undefined) return undefined;
  const { activity } = at;
  const common = { branch: place.parent, index: place.index };
  if (state?.kind === "Parallel" && activity.kind === "parallel")
    return { ...common, kind: "Parallel", state, activity };
  if (state?.kind === "Map" && activity.kind === "map") return { ...common, kind: "Map", state, activity };
  return undefined;
}

/** A branch reached its end with `output`: the execution's outcome, or a part of its parent's result. */
export function endBranch(run: Run, branch: string, output: Json): Pending | undefined {
  if (placeOf(branch) === undefined) {
    record(run, { type: "ExecutionSucceeded", branch, details: { output } });
    return undefined;
  }
  const parent = parentOf(run, branch);
  if (parent?.kind === "Parallel") return endParallel(run, parent);
  if (parent?.kind !== "Map") return undefined;
  const details = { name: parent.state.name, index: parent.index, output };
  record(run, { type: "MapIterationSucceeded", branch, details });
  return continueMap(run, parent.branch);
}

function endParallel(run: Run, { branch, state, activity }: Parent & { kind: "Parallel" }): Pending | undefined {
  if (activity.results.size < state.branches.length) return undefined;
  record(run, { type: "ParallelStateSucceeded", branch, details: {} });
  return { branch, step: leaveWith(state, resultsOf(activity, state.branches.length)) };
}

/** Ends the Map once every iteration has, else lets the next begin. */
export function continueMap(run: Run, branch: string): Pending | undefined {
  const at = run.state.branches.get(branch)?.at;
  const state = run.definition.statesByName.get(at?.name ?? "");
  if (at?.activity.kind !== "map" || state?.kind !== "Map") return undefined;
  const { activity } = at;
  if (activity.results.size < activity.items.length) {
    run.work.push({ kind: "iterate", branch });
    return undefined;
  }
  record(run, { type: "MapStateSucceeded", branch, details: {} });
  return { branch, step: leaveWith(state, resultsOf(activity, activity.items.length)) };
}

const resultsOf = ({ results }: ParallelActivity | MapActivity, length: number): Json[] =>
  Array.from({ length }, (_, index) => results.get(index) ?? null);

export const leaveWith = (state: ParallelState | MapState, result: Json): Step => ({
  kind: "leave",
  writes: state,
  fallback: result,
  seen: { result },
  transition: state.transition,
});

/** A branch failed: with it the execution, its Parallel, or its Map once more failed than it tolerates. */
export function failBranch(run: Run, branch: string, failure: StateFailure): Pending | undefined {
  const details = withoutLocation(failure);
  if (placeOf(branch) === undefined) {
    record(run, { type: "ExecutionFailed", branch, details });
    return undefined;
  }
  const parent = parentOf(run, branch);
  if (parent === undefined) return undefined;
  if (parent.kind === "Map") return failIteration(run, { branch, parent, failure });
  abortWithin(run, parent.branch, branch);
  const events = [{ type: "ParallelStateFailed", branch: parent.branch, details }] as const;
  return { branch: parent.branch, step: { kind: "fail", failure, events } };
}

type FailedIteration = {
  readonly branch: string;
  readonly parent: Parent & { kind: "Map" };
  readonly failure: StateFailure;
};

function failIteration(run: Run, { branch, parent, failure }: FailedIteration): Pending | undefined {
  const iteration = { name: parent.state.name, index: parent.index };
  record(run, { type: "MapIterationFailed", branch, details: { ...iteration, ...withoutLocation(failure) } });
  const exceeding = exceeds(parent.activity, failure);
  if (exceeding === undefined) return continueMap(run, parent.branch);
  abortWithin(run, parent.branch, branch);
  const details = withoutLocation(exceeding);
  const events = [{ type: "MapStateFailed", branch: parent.branch, details }] as const;
  return { branch: parent.branch, step: { kind: "fail", failure: exceeding, events } };
}

/** What the Map fails with if it tolerates no further failed iteration; `activity` is from before this one. */
function exceeds(activity: MapActivity, failure: StateFailure): StateFailure | undefined {
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage, items } = activity;
  if (count === undefined && percentage === undefined) return failure;
  const failed = activity.failed + 1;
  const tolerated =
    (count === undefined || failed <= count) && (percentage === undefined || failed * 100 <= percentage * items.length);
  if (tolerated) return undefined;
  return {
    error: "States.ExceedToleratedFailureThreshold",
    cause: "The specified tolerated failure threshold was exceeded",
  };
}

const withoutLocation = ({ location: _location, ...details }: StateFailure): StateFailure => details;

/** Records what a failing Parallel or Map leaves undone, innermost first; the failure that follows drops the branches. */
function abortWithin(run: Run, ancestor: string, failed: string): void {
  const live = [...run.state.branches.values()].filter(({ id }) => isWithin(id, ancestor) && id !== failed);
  for (const { id, at, mapItem } of live.sort((a, b) => b.id.length - a.id.length)) {
    const state = run.definition.statesByName.get(at?.name ?? "");
    if (state?.kind === "Task" || state?.kind === "Wait" || state?.kind === "Parallel" || state?.kind === "Map") {
      record(run, { type: `${state.kind}StateAborted`, branch: id, details: {} });
    }
    const map = mapItem === undefined ? undefined : parentOf(run, id);
    if (map !== undefined) {
      record(run, { type: "MapIterationAborted", branch: id, details: { name: map.state.name, index: map.index } });
    }
  }
}
