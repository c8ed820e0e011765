import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";

/** The smallest object found by leaving parts out for which `fails` still holds. */
export function shrink(start: JsonObject, fails: (candidate: JsonObject) => boolean): JsonObject {
  let smallest = start;
  for (;;) {
    const smaller = smallerThan(smallest).find((candidate) => isJsonObject(candidate) && fails(candidate));
    if (!isJsonObject(smaller)) return smallest;
    smallest = smaller;
  }
}

/** Every value that is `value` with one part left out, or one array replaced by its only element. */
function smallerThan(value: Json): readonly Json[] {
  if (Array.isArray(value)) {
    const without = value.map((_, i) => value.toSpliced(i, 1));
    const changed = value.flatMap((item, i) => smallerThan(item).map((smaller) => value.with(i, smaller)));
    return [...without, ...changed];
  }
  if (!isJsonObject(value))
    return typeof value === "string" && value.length > 1 ? [value.slice(1), value.slice(0, -1)] : [];
  const entries = Object.entries(value);
  const without = entries.map((_, i) => objectOf(entries.toSpliced(i, 1)));
  const changed = entries.flatMap(([key, inside], i) =>
    smallerThan(inside).map((smaller) => objectOf(entries.with(i, [key, smaller]))),
  );
  return [...without, ...changed];
}

const objectOf = (entries: readonly (readonly [string, Json])[]): JsonObject => Object.fromEntries(entries);
