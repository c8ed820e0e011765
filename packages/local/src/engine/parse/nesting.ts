import type { Json } from "@ephor/domain/json";
import type { Machine } from "../definition.ts";
import type { Place } from "./read-template.ts";

/** What reading a state needs of the whole: how to read a machine inside it, and which kind of workflow it is for. */
export type Nesting = {
  readonly readMachine: (value: Json | undefined, place: Place, kind: "branch" | "processor") => Machine;
  readonly express: boolean;
};
