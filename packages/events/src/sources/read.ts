import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";

/*
 * Safe reads out of outside data: never throw, give undefined for what is absent, null or of another type. A path is
 * names joined by dots, list items by their index (`ipPermissions.items.0.cidrIp`), or a list of names where a name
 * itself holds a dot. Only own properties are seen. What they give is bounded by the event itself (`bounds.ts`):
 * nothing is cut short here, since a cut would be a place to hide.
 */

export type JsonPath = string | readonly string[];

/** Whatever stands at `path`; the value itself for an empty path. */
export function valueAt(value: Json | undefined, path: JsonPath): Json | undefined {
  const steps = typeof path === "string" ? stepsOf(path) : path;
  let found: Json | undefined = value;
  for (const step of steps) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}

const stepsOf = (path: string): readonly string[] => (path === "" ? [] : path.split("."));

/** Text that is not empty: CloudTrail writes "" where it has nothing to say. */
export function textAt(value: Json | undefined, path: JsonPath): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

export function numberAt(value: Json | undefined, path: JsonPath): number | undefined {
  const found = valueAt(value, path);
  return typeof found === "number" ? found : undefined;
}

/** True and false, also written as text in any case, as CloudTrail does in `mfaAuthenticated: "true"`. */
export function booleanAt(value: Json | undefined, path: JsonPath): boolean | undefined {
  const found = valueAt(value, path);
  if (typeof found === "boolean") return found;
  const text = typeof found === "string" ? found.toLowerCase() : undefined;
  if (text === "true") return true;
  return text === "false" ? false : undefined;
}

export function objectAt(value: Json | undefined, path: JsonPath): JsonObject | undefined {
  const found = valueAt(value, path);
  return isJsonObject(found) ? found : undefined;
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** The items of a list, also of EC2's `{ "items": [...] }`; none where there is no list. */
export function listAt(value: Json | undefined, path: JsonPath): readonly Json[] {
  const found = valueAt(value, path);
  if (isList(found)) return found;
  const items = isJsonObject(found) ? valueAt(found, "items") : undefined;
  return isList(items) ? items : [];
}

/** The objects among the items of a list. */
export const objectsAt = (value: Json | undefined, path: JsonPath): readonly JsonObject[] =>
  listAt(value, path).filter(isJsonObject);

/** The texts among the items of a list; one text counts as a list of it, as in IAM policies. */
export function textsAt(value: Json | undefined, path: JsonPath): readonly string[] {
  const one = textAt(value, path);
  if (one !== undefined) return [one];
  return listAt(value, path).filter((item) => typeof item === "string");
}

const EMBEDDED_DEPTH_MAX = 48;

/**
 * A document held as JSON text, as policies are in request parameters, or percent-encoded, as IAM answers them; an
 * object given in the open is that document. Undefined for anything that is not JSON, and beyond 48 levels.
 */
export function documentAt(value: Json | undefined, path: JsonPath): Json | undefined {
  const found = valueAt(value, path);
  if (isJsonObject(found)) return found;
  if (typeof found !== "string") return undefined;
  const document = parsed(found) ?? parsed(decoded(found));
  return document !== undefined && depthWithin(document, EMBEDDED_DEPTH_MAX) ? document : undefined;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function depthWithin(value: Json, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth === 0) return false;
  return Object.values(value).every((inner) => depthWithin(inner, depth - 1));
}
