import type { FailState, Template } from "../definition.ts";
import { type Evaluated, evaluateTyped } from "../evaluate.ts";
import type { Step, Visit } from "../run.ts";
import { scopeOf } from "../scope.ts";
import { failEvaluation } from "./fail-evaluation.ts";

export async function runFail(visit: Visit, state: FailState): Promise<Step> {
  const error = await text(visit, "Error", state.error);
  if (!error.ok) return failEvaluation(visit, error.failure);
  const cause = await text(visit, "Cause", state.cause);
  if (!cause.ok) return failEvaluation(visit, cause.failure);
  const failure = {
    ...(error.value === undefined ? {} : { error: error.value }),
    ...(cause.value === undefined ? {} : { cause: cause.value }),
  };
  return { kind: "fail", failure, events: [] };
}

async function text(
  visit: Visit,
  field: string,
  template: Template | undefined,
): Promise<Evaluated<string | undefined>> {
  if (template === undefined) return { ok: true, value: undefined };
  return evaluateTyped({ template, field, type: "string" }, scopeOf(visit));
}
