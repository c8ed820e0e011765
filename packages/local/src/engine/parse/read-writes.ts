import { isJsonObject } from "@ephor/domain/json";
import type { Template, Transition, Writes } from "../definition.ts";
import { LIMITS } from "../limits.ts";
import { fieldPlace, type Place, readTemplate } from "./read-template.ts";
import { complain, placeOf, type Reader, readAnyTemplate, readRequiredText } from "./reader.ts";
import { told } from "./report.ts";

/** `Output` and `Assign`, which see the state's `result` after it succeeded or the `errorOutput` that was caught. */
export function readWrites({ object, place }: Reader, sees?: Place["sees"]): Writes {
  const reader = { object, place: { ...place, sees } };
  const output = readAnyTemplate(reader, "Output");
  const assign = readAssign(reader);
  return { ...(output === undefined ? {} : { output }), ...(assign === undefined ? {} : { assign }) };
}

/** A Unicode identifier, as the developer guide asks of variable names. */
const VARIABLE = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;

function readAssign(reader: Reader): Writes["assign"] | undefined {
  const value = reader.object["Assign"];
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) return complain(reader, "Assign", `expected an object of variables, not ${told(value)}`);
  const place = placeOf(reader, "Assign");
  return Object.entries(value).map(([name, item]): readonly [string, Template] => {
    const here = fieldPlace(place, name);
    if (name === "states") here.report.invalid(here.path, "the variable $states is reserved");
    if (!VARIABLE.test(name) || name.length > LIMITS.variableNameLength) {
      const expected = `an identifier of up to ${LIMITS.variableNameLength} characters, without $`;
      here.report.invalid(here.path, `expected a variable name (${expected}), not ${told(name)}`);
    }
    return [name, readTemplate(item, here)];
  });
}

/** Exactly one of `Next` and `End: true`. */
export function readTransition(reader: Reader): Transition {
  const { Next: next, End: end } = reader.object;
  if (next !== undefined && end !== undefined) complain(reader, "End", "expected Next or End, not both");
  if (end !== undefined && end !== true) complain(reader, "End", `expected true, not ${told(end)}`);
  if (next === undefined && end === undefined) {
    reader.place.report.invalid(reader.place.path, "expected Next, the state that follows, or End: true");
  }
  if (next === undefined) return { kind: "end" };
  return { kind: "next", next: readRequiredText(reader, "Next") ?? "" };
}
