import type { Json } from "@ephor/domain/json";
import { assertNever } from "@ephor/domain/result";
import type { Template } from "./definition.ts";
import { describeExpressionError } from "./jsonata/compile-expression.ts";
import { toPlainJson } from "./jsonata/plain-json.ts";

/** Why a state failed: an ASL error name and its cause, and the field at fault when an expression is. */
export type StateFailure = { readonly error?: string; readonly cause?: string; readonly location?: string };

export type Evaluated<T = Json> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: StateFailure };

/** What an expression sees (variables, `states`, the event's values), and the visit its failure is told of. */
export type Scope = {
  readonly state: string;
  readonly enteredEventId: number;
  readonly bindings: Readonly<Record<string, unknown>>;
};

/** Gives the JSON a template stands for. The first expression that fails is the failure. */
export async function evaluate(template: Template, scope: Scope): Promise<Evaluated> {
  switch (template.kind) {
    case "literal":
      return { ok: true, value: template.value };
    case "expression":
      return evaluateExpression(template, scope);
    case "array":
      return evaluateAll(template.items, scope);
    case "object": {
      const values = await evaluateAll(
        template.entries.map(([, value]) => value),
        scope,
      );
      if (!values.ok) return values;
      return {
        ok: true,
        value: Object.fromEntries(template.entries.map(([key], index) => [key, values.value[index] ?? null])),
      };
    }
    default:
      return assertNever(template);
  }
}

async function evaluateAll(templates: readonly Template[], scope: Scope): Promise<Evaluated<readonly Json[]>> {
  const values: Json[] = [];
  for (const template of templates) {
    if (template.kind === "literal") {
      values.push(template.value);
      continue;
    }
    const evaluated = await evaluate(template, scope);
    if (!evaluated.ok) return evaluated;
    values.push(evaluated.value);
  }
  return { ok: true, value: values };
}

type Expression = Extract<Template, { kind: "expression" }>;

async function evaluateExpression(template: Expression, scope: Scope): Promise<Evaluated> {
  const named = `The JSONata expression '${template.source}' specified for the field '${template.path}'`;
  try {
    const value = toPlainJson(await template.run(scope.bindings));
    if (value !== undefined) return { ok: true, value };
    return queryFailure(scope, template.path, `${named} returned nothing (undefined).`);
  } catch (problem) {
    const told = describeExpressionError(problem);
    return queryFailure(scope, template.path, `${named} threw an error during evaluation. ${told}`);
  }
}

/** A States.QueryEvaluationError at `location`, told as AWS tells it. */
export function queryFailure(scope: Scope, location: string, what: string): { ok: false; failure: StateFailure } {
  const where = `An error occurred while executing the state '${scope.state}' (entered at the event id #${scope.enteredEventId}).`;
  return { ok: false, failure: { error: "States.QueryEvaluationError", cause: `${where} ${what}`, location } };
}

export const jsonTypeOf = (value: Json): string => {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
};

type JsonTypes = {
  readonly string: string;
  readonly boolean: boolean;
  readonly number: number;
  readonly array: readonly Json[];
};
const isOfType: { readonly [K in keyof JsonTypes]: (value: Json) => value is Extract<Json, JsonTypes[K]> } = {
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  array: (value): value is readonly Json[] => Array.isArray(value),
};

type TypedField<K> = { readonly template: Template; readonly field: string; readonly type: K };

/** Evaluates a field that must be of one JSON type. */
export async function evaluateTyped<K extends keyof JsonTypes>(
  { template, field, type }: TypedField<K>,
  scope: Scope,
): Promise<Evaluated<Extract<Json, JsonTypes[K]>>> {
  const evaluated = await evaluate(template, scope);
  if (!evaluated.ok) return evaluated;
  if (isOfType[type](evaluated.value)) return { ok: true, value: evaluated.value };
  const told =
    template.kind === "expression"
      ? `The JSONata expression '${template.source}' specified for the field '${field}'`
      : `The field '${field}'`;
  const value = JSON.stringify(evaluated.value).slice(0, 1_000);
  const found = `Expected '${type}', but was '${jsonTypeOf(evaluated.value)}' for value: ${value}`;
  return queryFailure(scope, field, `${told} returned an unexpected result type. ${found}`);
}

type WholeField = { readonly template: Template; readonly field: string; readonly min: number; readonly max: number };

/** Evaluates a field that must be a whole number within bounds. */
export async function evaluateWhole(
  { template, field, min, max }: WholeField,
  scope: Scope,
): Promise<Evaluated<number>> {
  const evaluated = await evaluateTyped({ template, field, type: "number" }, scope);
  if (!evaluated.ok) return evaluated;
  if (Number.isInteger(evaluated.value) && evaluated.value >= min && evaluated.value <= max) return evaluated;
  return queryFailure(
    scope,
    field,
    `The ${field} field must be a whole number from ${min} to ${max}, but was: ${evaluated.value}`,
  );
}
