import { branchId } from "../branches.ts";
import type { ParallelState } from "../definition.ts";
import { type Evaluated, evaluate } from "../evaluate.ts";
import { nextEventId, record, type Step, type Visit } from "../run.ts";
import { scopeOf } from "../scope.ts";
import { tooLarge } from "../write.ts";
import { failEvaluation } from "./fail-evaluation.ts";

/** Every branch begins with the same input: `Arguments`, or the state's own. */
export async function runParallel(visit: Visit, state: ParallelState): Promise<Step> {
  const { run, branch, at } = visit;
  const input: Evaluated = state.arguments
    ? await evaluate(state.arguments, scopeOf(visit))
    : { ok: true, value: at.input };
  if (!input.ok) return failEvaluation(visit, input.failure, "Parallel");
  const excess = tooLarge(input.value, at.name);
  if (excess !== undefined) return failEvaluation(visit, excess, "Parallel");
  const started = nextEventId(run);
  record(run, { type: "ParallelStateStarted", branch, details: {} });
  for (const [index, machine] of [...state.branches.entries()].reverse()) {
    const child = branchId(branch, started, index);
    run.work.push({ kind: "enter", branch: child, name: machine.startAt, input: input.value });
  }
  return { kind: "wait" };
}
