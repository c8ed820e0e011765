import type { Json } from "@ephor/domain/json";
import type { Template } from "../definition.ts";
import { compileExpression } from "../jsonata/compile-expression.ts";
import { pointer, type Report } from "./report.ts";

/** Where a template stands: `path` in the definition, `location` in its state, as AWS names it (`Output/result`). */
export type Place = { readonly report: Report; readonly path: string; readonly location: string };

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

function readString(value: string, { report, path, location }: Place): Template {
  const source = JSONATA.exec(value)?.[1]?.trim();
  if (source === undefined) return { kind: "literal", value };
  const compiled = compileExpression(source);
  if (compiled.ok) return { kind: "expression", source, path: location, run: compiled.run };
  report.invalid(path, `expected a JSONata expression, but: ${compiled.problem}`);
  return { kind: "literal", value };
}

const isLiteral = (template: Template): boolean => template.kind === "literal";

export const fieldPlace = ({ report, path, location }: Place, key: string): Place => ({
  report,
  path: pointer(path, key),
  location: location === "" ? key : `${location}/${key}`,
});

export const itemPlace = ({ report, path, location }: Place, index: number): Place => ({
  report,
  path: pointer(path, index),
  location: `${location}[${index}]`,
});
