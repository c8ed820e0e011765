import type { StateFailure } from "../evaluate.ts";
import { evaluationFailed, type Step, type Visit } from "../run.ts";

/** The state failed because an expression or a size did. A Parallel or Map says so itself, too. */
export function failEvaluation({ branch, at }: Visit, failure: StateFailure, also?: "Parallel" | "Map"): Step {
  const { error = "", cause = "" } = failure;
  const events = [evaluationFailed(branch, at.name, failure)];
  if (also !== undefined) events.push({ type: `${also}StateFailed`, branch, details: { error, cause } });
  return { kind: "fail", failure, events };
}
