import { isJsonObject, type Json } from "@ephor/domain/json";
import type { Machine, State } from "../definition.ts";
import { LIMITS } from "../limits.ts";
import { checkTransitions } from "./check-transitions.ts";
import { refuseDistributed } from "./read-map.ts";
import { readState } from "./read-state.ts";
import { fieldPlace, type Place } from "./read-template.ts";
import { checkFields, complain, placeOf, type Reader, readRequiredText, readText } from "./reader.ts";
import { told } from "./report.ts";

export type QueryLanguage = "JSONata" | "JSONPath";

/** The whole definition being read: its states gather here by name, which must be unique in all of it. */
export type Reading = { readonly statesByName: Map<string, State>; readonly express: boolean };

const FIELDS = {
  top: ["Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"],
  branch: ["Comment", "QueryLanguage", "StartAt", "States"],
  processor: ["Comment", "QueryLanguage", "StartAt", "States", "ProcessorConfig"],
} as const;

type Inside = { readonly reading: Reading; readonly kind: keyof typeof FIELDS; readonly language: QueryLanguage };

/** Reads a machine: the whole one, a Parallel's branch or a Map's processor. `language` is what its states default to. */
export function readMachine(value: Json | undefined, place: Place, { reading, kind, language }: Inside): Machine {
  const states = new Map<string, State>();
  if (!isJsonObject(value)) {
    place.report.invalid(place.path, `expected an object with StartAt and States, not ${told(value)}`);
    return { startAt: "", states };
  }
  const reader = { object: value, place };
  checkFields(reader, FIELDS[kind]);
  readText(reader, "Comment");
  checkProcessorConfig(reader);
  const startAt = readRequiredText(reader, "StartAt");
  const inherited = readLanguage(reader, language);
  const declared = readDeclared(reader);
  for (const [name, object] of declared) {
    const statePlace = { ...fieldPlace(placeOf(reader, "States"), name), location: "" };
    const state = readNamedState({ object, place: statePlace }, name, { reading, kind, language: inherited });
    if (state === undefined) continue;
    states.set(name, state);
    if (reading.statesByName.has(name)) statePlace.report.invalid(statePlace.path, "expected a name used only once");
    reading.statesByName.set(name, state);
  }
  const machine = { startAt: startAt ?? "", states };
  if (startAt !== undefined && states.size === declared.length) checkTransitions(machine, place);
  return machine;
}

function readDeclared(reader: Reader): [string, Reader["object"]][] {
  const states = reader.object["States"];
  const place = placeOf(reader, "States");
  if (!isJsonObject(states) || Object.keys(states).length === 0) {
    complain(reader, "States", "expected an object with at least one state");
    return [];
  }
  return Object.entries(states).flatMap(([name, state]): [string, Reader["object"]][] => {
    if (isJsonObject(state)) return [[name, state]];
    place.report.invalid(fieldPlace(place, name).path, `expected a state, not ${told(state)}`);
    return [];
  });
}

function readNamedState(reader: Reader, name: string, { reading, language }: Inside): State | undefined {
  const { report, path } = reader.place;
  if (name === "" || [...name].length > LIMITS.stateNameLength) {
    report.invalid(path, `expected a name of 1 to ${LIMITS.stateNameLength} characters`);
  }
  const own = readLanguage(reader, language);
  if (own === "JSONPath") return report.unsupported(path, "the state is in JSONPath; only JSONata is run here");
  if (reader.object["Type"] === "Map" && refuseDistributed(reader)) return undefined;
  return readState(reader, name, {
    express: reading.express,
    readMachine: (value, place, kind) => readMachine(value, place, { reading, kind, language: own }),
  });
}

function readLanguage(reader: Reader, inherited: QueryLanguage): QueryLanguage {
  const value = reader.object["QueryLanguage"];
  if (value === undefined) return inherited;
  if (value === "JSONata" || value === "JSONPath") return value;
  complain(reader, "QueryLanguage", `expected "JSONata" or "JSONPath", not ${told(value)}`);
  return "JSONata";
}

function checkProcessorConfig(reader: Reader): void {
  const config = reader.object["ProcessorConfig"];
  if (config === undefined || (isJsonObject(config) && [undefined, "INLINE"].includes(modeOf(config)))) return;
  complain(reader, "ProcessorConfig", `expected {"Mode": "INLINE"}, not ${told(config)}`);
}

const modeOf = (config: Reader["object"]): string | undefined => {
  const mode = config["Mode"];
  return mode === undefined || typeof mode === "string" ? mode : "";
};
