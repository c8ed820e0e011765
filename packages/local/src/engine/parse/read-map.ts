import { isJsonObject } from "@ephor/domain/json";
import type { State, Template } from "../definition.ts";
import { LIMITS } from "../limits.ts";
import type { Nesting } from "./nesting.ts";
import { readHandlers } from "./read-handlers.ts";
import { isJsonata, readTemplate } from "./read-template.ts";
import { readTransition, readWrites } from "./read-writes.ts";
import { complain, placeOf, type Reader, readAnyTemplate, readNumberTemplate } from "./reader.ts";
import { told } from "./report.ts";

const WHOLE = { min: 0, max: LIMITS.seconds };

/** An inline Map. `Iterator` is the older name of `ItemProcessor`. */
export function readMap(reader: Reader, name: string, { readMachine }: Nesting): State {
  const field =
    reader.object["ItemProcessor"] === undefined && "Iterator" in reader.object ? "Iterator" : "ItemProcessor";
  return {
    kind: "Map",
    name,
    items: readItems(reader),
    itemSelector: readAnyTemplate(reader, "ItemSelector"),
    maxConcurrency: readNumberTemplate(reader, "MaxConcurrency", WHOLE),
    toleratedFailureCount: readNumberTemplate(reader, "ToleratedFailureCount", WHOLE),
    toleratedFailurePercentage: readNumberTemplate(reader, "ToleratedFailurePercentage", {
      min: 0,
      max: 100,
      whole: false,
    }),
    processor: readMachine(reader.object[field], placeOf(reader, field), "processor"),
    ...readHandlers(reader),
    ...readWrites(reader, "result"),
    transition: readTransition(reader),
  };
}

function readItems(reader: Reader): Template | undefined {
  const items = reader.object["Items"];
  if (items === undefined) return undefined;
  if (Array.isArray(items) || isJsonata(items)) return readTemplate(items, placeOf(reader, "Items"));
  return complain(reader, "Items", `expected an array or JSONata for one, not ${told(items)}`);
}

const DISTRIBUTED_FIELDS = ["ItemReader", "ItemBatcher", "ResultWriter", "Label"];

/** Says where a Map asks for what only Distributed mode has. */
export function refuseDistributed({ object, place }: Reader): boolean {
  const asked = DISTRIBUTED_FIELDS.filter((field) => object[field] !== undefined);
  const processor = object["ItemProcessor"];
  const config = isJsonObject(processor) ? processor["ProcessorConfig"] : undefined;
  if (isJsonObject(config) && config["Mode"] === "DISTRIBUTED") asked.push("Mode DISTRIBUTED");
  if (asked.length === 0) return false;
  place.report.unsupported(place.path, `a Map runs inline here, without ${asked.join(", ")}`);
  return true;
}
