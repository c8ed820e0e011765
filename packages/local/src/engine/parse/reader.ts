import type { Json, JsonObject } from "@ephor/domain/json";
import { isJsonObject } from "@ephor/domain/json";
import type { Template } from "../definition.ts";
import { fieldPlace, isJsonata, itemPlace, type Place, readTemplate } from "./read-template.ts";
import { told } from "./report.ts";

/** An object of the definition being read: what it holds and where it stands. */
export type Reader = { readonly object: JsonObject; readonly place: Place };

export const placeOf = ({ place }: Reader, field: string): Place => fieldPlace(place, field);

export function complain({ place }: Reader, field: string, message: string): undefined {
  return place.report.invalid(fieldPlace(place, field).path, message);
}

/** Every field must be one of `known`; those of JSONPath are told apart from misspelt ones. */
export function checkFields(reader: Reader, known: readonly string[]): void {
  for (const field of Object.keys(reader.object)) {
    if (known.includes(field)) continue;
    const why = JSONPATH_FIELDS.has(field)
      ? "is a field of JSONPath states, and this one is JSONata"
      : `is not a field here: expected one of ${known.join(", ")}`;
    complain(reader, field, `${field} ${why}`);
  }
}

const JSONPATH_FIELDS: ReadonlySet<string> = new Set([
  "InputPath",
  "OutputPath",
  "ResultPath",
  "Parameters",
  "ResultSelector",
  "Result",
  "Variable",
  "SecondsPath",
  "TimestampPath",
  "TimeoutSecondsPath",
  "HeartbeatSecondsPath",
  "ItemsPath",
  "MaxConcurrencyPath",
  "ToleratedFailureCountPath",
  "ToleratedFailurePercentagePath",
  "ErrorPath",
  "CausePath",
]);

export function readText(reader: Reader, field: string): string | undefined {
  const value = reader.object[field];
  if (value === undefined || typeof value === "string") return value;
  return complain(reader, field, `expected a string, not ${told(value)}`);
}

export function readRequiredText(reader: Reader, field: string): string | undefined {
  if (reader.object[field] === undefined) return complain(reader, field, `${field} is missing: expected a string`);
  const text = readText(reader, field);
  return text === "" ? complain(reader, field, "expected a string that is not empty") : text;
}

export type Bounds = { readonly min: number; readonly max: number; readonly whole?: boolean };

const fits = (value: number, { min, max, whole = true }: Bounds): boolean =>
  value >= min && value <= max && (!whole || Number.isInteger(value));

const numberIn = ({ min, max, whole = true }: Bounds): string =>
  `a ${whole ? "whole " : ""}number from ${min} to ${max}`;

export function readNumber(reader: Reader, field: string, bounds: Bounds): number | undefined {
  const value = reader.object[field];
  if (value === undefined) return undefined;
  if (typeof value === "number" && fits(value, bounds)) return value;
  return complain(reader, field, `expected ${numberIn(bounds)}, not ${told(value)}`);
}

/** A number within bounds, or JSONata for one. */
export function readNumberTemplate(reader: Reader, field: string, bounds: Bounds): Template | undefined {
  const value = reader.object[field];
  if (value === undefined) return undefined;
  if (isJsonata(value) || (typeof value === "number" && fits(value, bounds))) {
    return readTemplate(value, placeOf(reader, field));
  }
  return complain(reader, field, `expected ${numberIn(bounds)} or JSONata for one, not ${told(value)}`);
}

export function readTextTemplate(reader: Reader, field: string): Template | undefined {
  const text = readText(reader, field);
  return text === undefined ? undefined : readTemplate(text, placeOf(reader, field));
}

export function readAnyTemplate(reader: Reader, field: string): Template | undefined {
  const value = reader.object[field];
  return value === undefined ? undefined : readTemplate(value, placeOf(reader, field));
}

export function readList(reader: Reader, field: string): readonly Json[] {
  const value = reader.object[field];
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  complain(reader, field, `expected an array, not ${told(value)}`);
  return [];
}

/** Readers of the objects of a list. Anything else in it is a problem. */
export function readObjects(reader: Reader, field: string): readonly Reader[] {
  return readList(reader, field).flatMap((object, index) => {
    const place = itemPlace(placeOf(reader, field), index);
    if (isJsonObject(object)) return [{ object, place }];
    place.report.invalid(place.path, `expected an object, not ${told(object)}`);
    return [];
  });
}
