import type { State, Template } from "../definition.ts";
import { LIMITS } from "../limits.ts";
import { parseTimestamp } from "../states/timestamp.ts";
import { isJsonata, readTemplate } from "./read-template.ts";
import { readTransition, readWrites } from "./read-writes.ts";
import { complain, placeOf, type Reader, readNumberTemplate, readText } from "./reader.ts";
import { told } from "./report.ts";

export function readWait(reader: Reader, name: string): State {
  const given = (["Seconds", "Timestamp"] as const).filter((field) => reader.object[field] !== undefined);
  const [field = "Seconds"] = given;
  if (given.length !== 1) reader.place.report.invalid(reader.place.path, "expected one of Seconds and Timestamp");
  const value =
    field === "Seconds"
      ? readNumberTemplate(reader, field, { min: 0, max: LIMITS.seconds })
      : readTimestamp(reader, field);
  return {
    kind: "Wait",
    name,
    field,
    value: value ?? { kind: "literal", value: 0 },
    ...readWrites(reader),
    transition: readTransition(reader),
  };
}

function readTimestamp(reader: Reader, field: string): Template | undefined {
  const text = readText(reader, field);
  if (text === undefined) return undefined;
  if (!isJsonata(text) && parseTimestamp(text) === undefined) {
    return complain(reader, field, `expected a time such as 2030-01-31T12:00:00Z, not ${told(text)}`);
  }
  return readTemplate(text, placeOf(reader, field));
}
