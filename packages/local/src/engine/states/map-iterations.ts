import { branchId } from "../branches.ts";
import type { MapState } from "../definition.ts";
import { type Evaluated, evaluate } from "../evaluate.ts";
import { LIMITS } from "../limits.ts";
import { type Pending, type Run, record, type Visit } from "../run.ts";
import { scopeOf } from "../scope.ts";
import type { Branch, MapActivity } from "../types.ts";
import { tooLarge } from "../write.ts";
import { failEvaluation } from "./fail-evaluation.ts";

/** Begins one more iteration if there is an item left and room for it, and comes back for the next. */
export async function iterate(run: Run, branch: string): Promise<Pending | undefined> {
  const at = run.state.branches.get(branch)?.at;
  const state = run.definition.statesByName.get(at?.name ?? "");
  if (at?.activity.kind !== "map" || state?.kind !== "Map") return undefined;
  const { activity } = at;
  if (activity.begun >= activity.items.length || runningOf(activity) >= roomOf(activity)) return undefined;
  const visit = { run, branch, at };
  const index = activity.begun;
  const input = await inputOf(visit, state, { index, value: activity.items[index] ?? null });
  if (!input.ok) return { branch, step: failEvaluation(visit, input.failure, "Map") };
  const child = branchId(branch, activity.startedEventId, index);
  record(run, { type: "MapIterationStarted", branch: child, details: { name: state.name, index } });
  run.work.push({ kind: "iterate", branch });
  run.work.push({ kind: "enter", branch: child, name: state.processor.startAt, input: input.value });
  return undefined;
}

const runningOf = ({ begun, results }: MapActivity): number => begun - results.size;

const roomOf = ({ maxConcurrency }: MapActivity): number =>
  maxConcurrency === 0 ? LIMITS.mapConcurrency : Math.min(maxConcurrency, LIMITS.mapConcurrency);

async function inputOf(visit: Visit, state: MapState, mapItem: NonNullable<Branch["mapItem"]>): Promise<Evaluated> {
  if (state.itemSelector === undefined) return { ok: true, value: mapItem.value };
  const input = await evaluate(state.itemSelector, scopeOf(visit, { mapItem }));
  if (!input.ok) return input;
  const excess = tooLarge(input.value, visit.at.name);
  return excess === undefined ? input : { ok: false, failure: excess };
}
