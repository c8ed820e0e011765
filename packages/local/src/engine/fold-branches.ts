import type { Json } from "@ephor/domain/json";
import { branchId, isWithin, placeOf, withActivity } from "./branches.ts";
import type { Definition } from "./definition.ts";
import type { FailureDetails, HistoryEventOf } from "./history.ts";
import type { Branch, MapActivity, ParallelActivity } from "./types.ts";

type Branches = Map<string, Branch>;
type Starting = {
  readonly definition: Definition;
  readonly branches: Branches;
  readonly event: HistoryEventOf<"ParallelStateStarted">;
};

export function startBranches({ definition, branches, event }: Starting): void {
  const parent = branches.get(event.branch);
  const state = definition.statesByName.get(parent?.at?.name ?? "");
  if (parent === undefined || state?.kind !== "Parallel") return;
  for (const index of state.branches.keys()) {
    const id = branchId(parent.id, event.id, index);
    branches.set(id, { id, parent: { branch: parent.id, index }, lastEventId: event.id, variables: {} });
  }
}

export function mapping({ id, details }: HistoryEventOf<"MapStateStarted">): MapActivity {
  const { length: _length, ...settings } = details;
  return { kind: "map", startedEventId: id, ...settings, begun: 0, failed: 0, results: new Map() };
}

export function startIteration(
  branches: Branches,
  { id, branch, details }: HistoryEventOf<"MapIterationStarted">,
): void {
  const parent = branches.get(placeOf(branch)?.parent ?? "");
  if (parent?.at?.activity.kind !== "map") return;
  const { activity } = parent.at;
  const { index } = details;
  branches.set(parent.id, withActivity(parent, parent.at, { ...activity, begun: index + 1 }));
  branches.set(branch, {
    id: branch,
    parent: { branch: parent.id, index },
    lastEventId: id,
    variables: {},
    mapItem: { index, value: activity.items[index] ?? null },
  });
}

type IterationEnd = HistoryEventOf<"MapIterationSucceeded"> | HistoryEventOf<"MapIterationFailed">;

export function endIteration(branches: Branches, { type, branch, details }: IterationEnd, result: Json): void {
  const parent = branches.get(placeOf(branch)?.parent ?? "");
  branches.delete(branch);
  dropWithin(branches, branch);
  if (parent?.at?.activity.kind !== "map") return;
  const activity = withResult(parent.at.activity, details.index, result);
  const failed = activity.failed + (type === "MapIterationFailed" ? 1 : 0);
  branches.set(parent.id, withActivity(parent, parent.at, { ...activity, failed }));
}

function withResult<A extends ParallelActivity | MapActivity>(activity: A, index: number, result: Json): A {
  return { ...activity, results: new Map(activity.results).set(index, result) };
}

/** The error output, as `$states.errorOutput` and a Map's tolerated failures show it. */
export const failureOutput = ({ error, cause }: FailureDetails): Json => ({
  ...(error === undefined ? {} : { Error: error }),
  ...(cause === undefined ? {} : { Cause: cause }),
});

export function dropWithin(branches: Branches, ancestor: string): void {
  for (const id of branches.keys()) if (isWithin(id, ancestor)) branches.delete(id);
}

/** A Parallel's branch has no closing event of its own: its last state's exit is its end. */
export function endParallelBranch(branches: Branches, branch: Branch, output: Json): void {
  if (branch.parent === undefined) return;
  const parent = branches.get(branch.parent.branch);
  if (parent?.at?.activity.kind !== "parallel") return;
  branches.delete(branch.id);
  branches.set(parent.id, withActivity(parent, parent.at, withResult(parent.at.activity, branch.parent.index, output)));
}
