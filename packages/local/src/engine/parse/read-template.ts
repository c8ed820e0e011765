import type { Json } from "@ephor/domain/json";
import type { Template } from "../definition.ts";
import { compileExpression } from "../jsonata/compile-expression.ts";
import { pointer, type Report } from "./report.ts";

/**
 * Where a template stands: `path` in the definition, `location` in its state, as AWS names it (`Output/result`).
 * `sees` is the one field of `$states` that only some places have.
 */
export type Place = {
  readonly report: Report;
  readonly path: string;
  readonly location: string;
  readonly sees?: "result" | "errorOutput" | undefined;
};

const JSONATA = /^\{%([\s\S]*)%\}$/;

export const isJsonata = (value: unknown): value is string => typeof value === "string" && JSONATA.test(value);

/** Compiles a JSON value whose `{% … %}` strings are JSONata; values without any stay literals. */
export function readTemplate(value: Json, place: Place): Template {
  if (typeof value === "string") return readString(value, place);
  if (Array.isArray(value)) {
    const items = value.map((item: Json, index) => readTemplate(item, itemPlace(place, index)));
    return items.every(isLiteral) ? { kind: "literal", value } : { kind: "array", items };
  }
  if (typeof value !== "object" || value === null) return { kind: "literal", value };
  const entries = Object.entries(value).map(([key, item]): readonly [string, Template] => [
    key,
    readTemplate(item, fieldPlace(place, key)),
  ]);
  return entries.every(([, item]) => isLiteral(item)) ? { kind: "literal", value } : { kind: "object", entries };
}

function readString(value: string, { report, path, location, sees }: Place): Template {
  const source = JSONATA.exec(value)?.[1]?.trim();
  if (source === undefined) return { kind: "literal", value };
  const compiled = compileExpression(source);
  if (!compiled.ok) {
    report.invalid(path, `expected a JSONata expression, but: ${compiled.problem}`);
    return { kind: "literal", value };
  }
  for (const field of compiled.statesFields) {
    if (field === sees || !Object.hasOwn(ONLY_IN, field)) continue;
    report.invalid(path, `$states.${field} is there only in ${ONLY_IN[field]}`);
  }
  return { kind: "expression", source, path: location, run: compiled.run };
}

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#reserved-variable-states */
const ONLY_IN: Readonly<Record<string, string>> = {
  result: "the Output and Assign of a Task, Parallel or Map",
  errorOutput: "the Output and Assign of a Catch",
};

const isLiteral = (template: Template): boolean => template.kind === "literal";

export const fieldPlace = (place: Place, key: string): Place => ({
  ...place,
  path: pointer(place.path, key),
  location: place.location === "" ? key : `${place.location}/${key}`,
});

export const itemPlace = (place: Place, index: number): Place => ({
  ...place,
  path: pointer(place.path, index),
  location: `${place.location}[${index}]`,
});
