import type { Json } from "@ephor/domain/json";
import { leaveWith } from "../branch-ends.ts";
import type { MapState, Template } from "../definition.ts";
import { type Evaluated, evaluateTyped, evaluateWhole, queryFailure, type Scope } from "../evaluate.ts";
import { LIMITS } from "../limits.ts";
import { record, type Step, type Visit } from "../run.ts";
import { scopeOf } from "../scope.ts";
import { failEvaluation } from "./fail-evaluation.ts";

export async function runMap(visit: Visit, state: MapState): Promise<Step> {
  const { run, branch } = visit;
  const scope = scopeOf(visit);
  const items = await itemsOf(visit, state, scope);
  if (!items.ok) return failEvaluation(visit, items.failure, "Map");
  const settings = await settingsOf(state, scope);
  if (!settings.ok) return failEvaluation(visit, settings.failure, "Map");
  const { length } = items.value;
  record(run, { type: "MapStateStarted", branch, details: { length, items: items.value, ...settings.value } });
  if (length > 0) {
    run.work.push({ kind: "iterate", branch });
    return { kind: "wait" };
  }
  record(run, { type: "MapStateSucceeded", branch, details: {} });
  return leaveWith(state, []);
}

async function itemsOf({ at }: Visit, state: MapState, scope: Scope): Promise<Evaluated<readonly Json[]>> {
  if (state.items) return evaluateTyped({ template: state.items, field: "Items", type: "array" }, scope);
  if (Array.isArray(at.input)) return { ok: true, value: at.input };
  const told = JSON.stringify(at.input).slice(0, 1_000);
  return queryFailure(scope, "Items", `Map state input must be an array but was: ${told}`);
}

type Settings = {
  readonly maxConcurrency: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
};

async function settingsOf(state: MapState, scope: Scope): Promise<Evaluated<Settings>> {
  const concurrency = await whole("MaxConcurrency", state.maxConcurrency, scope);
  if (!concurrency.ok) return concurrency;
  const count = await whole("ToleratedFailureCount", state.toleratedFailureCount, scope);
  if (!count.ok) return count;
  const percentage = await percent(state.toleratedFailurePercentage, scope);
  if (!percentage.ok) return percentage;
  return {
    ok: true,
    value: {
      maxConcurrency: concurrency.value ?? 0,
      ...(count.value === undefined ? {} : { toleratedFailureCount: count.value }),
      ...(percentage.value === undefined ? {} : { toleratedFailurePercentage: percentage.value }),
    },
  };
}

async function whole(
  field: string,
  template: Template | undefined,
  scope: Scope,
): Promise<Evaluated<number | undefined>> {
  if (template === undefined) return { ok: true, value: undefined };
  return evaluateWhole({ template, field, min: 0, max: LIMITS.seconds }, scope);
}

async function percent(template: Template | undefined, scope: Scope): Promise<Evaluated<number | undefined>> {
  if (template === undefined) return { ok: true, value: undefined };
  const field = "ToleratedFailurePercentage";
  const evaluated = await evaluateTyped({ template, field, type: "number" }, scope);
  if (!evaluated.ok || (evaluated.value >= 0 && evaluated.value <= 100)) return evaluated;
  return queryFailure(scope, field, `The ${field} field must be from 0 to 100, but was: ${evaluated.value}`);
}
