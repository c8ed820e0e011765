import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";

/** A pattern's conditions: for each field, by its dotted path, the values of which one must be met, as JSON texts. */
export type Fields = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The fields of a pattern, sorted by path. Undefined where its conditions are no plain conjunction: with `$or` a field
 * may stand in for another of the same name, so that dropping one condition could narrow the rest.
 */
export function fieldsOf(pattern: JsonObject): Fields | undefined {
  const fields = new Map<string, ReadonlySet<string>>();
  if (!collect(pattern, { prefix: "", fields })) return undefined;
  return new Map([...fields].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function collect(
  object: JsonObject,
  { prefix, fields }: { prefix: string; fields: Map<string, ReadonlySet<string>> },
): boolean {
  return Object.entries(object).every(([key, value]) => {
    const path = `${prefix}${key}`;
    if (key === "$or" || fields.has(path)) return false;
    if (isJsonObject(value)) return collect(value, { prefix: `${path}.`, fields });
    if (!Array.isArray(value)) return false;
    fields.set(path, new Set(value.map((item) => JSON.stringify(item))));
    return true;
  });
}

/** The pattern of `fields`. A field below another that has conditions itself cannot be written as JSON and is left out. */
export function patternOf(fields: Fields): JsonObject {
  const pattern: Branch = new Map();
  for (const [path, values] of fields) place(pattern, { steps: path.split("."), values });
  return objectOf(pattern);
}

type Branch = Map<string, Branch | ReadonlySet<string>>;

function place(branch: Branch, { steps, values }: { steps: readonly string[]; values: ReadonlySet<string> }): void {
  const [step = "", ...rest] = steps;
  const there = branch.get(step);
  if (rest.length === 0) {
    if (there === undefined) branch.set(step, values);
    return;
  }
  if (there !== undefined && !(there instanceof Map)) return;
  const below: Branch = there ?? new Map();
  branch.set(step, below);
  place(below, { steps: rest, values });
}

const objectOf = (branch: Branch): JsonObject =>
  Object.fromEntries(
    [...branch].map(([key, value]): [string, Json] => [
      key,
      value instanceof Map ? objectOf(value) : [...value].toSorted().map((text): Json => JSON.parse(text)),
    ]),
  );
