import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import { stringsOf } from "@ephor/topology/placeholders";
import type { Random } from "../../fuzz/random.ts";

/** What a definition looks at: names of fields, and the values that it compares some of them with. */
export type Vocabulary = {
  readonly fields: readonly string[];
  readonly compared: ReadonlyMap<string, readonly Json[]>;
  /** Fields of which a definition asks whether they are there. */
  readonly optional: ReadonlySet<string>;
  /** Fields that are looked into. */
  readonly objects: ReadonlySet<string>;
  /** Names of errors that its handlers know. */
  readonly errors: readonly string[];
};

const FIELD = /\.([A-Za-z_]\w*)/g;
/** A field or a variable, and the literal that it is compared with. */
const COMPARED = /[.$]([A-Za-z_]\w*)\s*(?:!=|=|>=?|<=?)\s*(?:'([^']*)'|(\d+)|(true|false|null))/g;
/** A field or a variable that has fields of its own, or is merged with an object. */
const LOOKED_INTO = /[.$]([A-Za-z_]\w*)(?=\.[A-Za-z_])|\$merge\(\[\s*[$\w.]*[.$]([A-Za-z_]\w*)/g;
const ASKED_FOR = /\$exists\([$\w.]*[.$]([A-Za-z_]\w*)\)/g;
/** What the language itself names. */
const OWN = /^(?:input|result|context|errorOutput|Payload|Execution|State|Task|Id|Token|Error|Cause|StartTime|Name)$/;

/** Reads a definition's expressions as text: good enough to know which values make its choices. */
export function vocabularyOf(definition: JsonObject): Vocabulary {
  const texts = [...stringsOf(definition)].map(({ text }) => text);
  const expressions = texts.filter((text) => text.startsWith("{%"));
  const compared = new Map<string, Json[]>();
  const optional = new Set(expressions.flatMap((text) => [...text.matchAll(ASKED_FOR)].map(([, name = ""]) => name)));
  const objects = new Set(expressions.flatMap(lookedIntoIn));
  const add = (name: string, values: readonly Json[]) => compared.set(name, [...(compared.get(name) ?? []), ...values]);
  for (const text of expressions) for (const [name, value] of comparisonsIn(text)) add(name, [value]);
  // A variable that is compared takes its values from the fields that it is assigned of.
  for (const [variable, text] of assignmentsIn(definition)) {
    for (const field of fieldsIn(text)) {
      add(field, compared.get(variable) ?? []);
      if (objects.has(variable)) objects.add(field);
    }
  }
  const errors = texts.filter((text) => /^[a-zA-Z]+\.[A-Za-z-]+$/.test(text) && !text.startsWith("States."));
  const fields = new Set(expressions.flatMap(fieldsIn));
  return { fields: [...fields].sort(), compared, optional, objects, errors: [...new Set(errors)].sort() };
}

const fieldsIn = (text: string): readonly string[] =>
  [...text.matchAll(FIELD)].map(([, name = ""]) => name).filter((name) => !OWN.test(name));

const lookedIntoIn = (text: string): readonly string[] =>
  [...text.matchAll(LOOKED_INTO)].map(([, before, merged]) => before ?? merged ?? "");

const comparisonsIn = (text: string): readonly (readonly [string, Json])[] =>
  [...text.matchAll(COMPARED)].map(([, name = "", literal, digits, word]) => {
    if (literal !== undefined) return [name, literal];
    return [name, digits === undefined ? JSON.parse(word ?? "null") : Number(digits) + 1];
  });

function* assignmentsIn(value: Json): Generator<readonly [string, string]> {
  if (Array.isArray(value)) for (const item of value) yield* assignmentsIn(item);
  if (!isJsonObject(value)) return;
  const { Assign: assigned } = value;
  if (isJsonObject(assigned)) {
    for (const [name, text] of Object.entries(assigned)) if (typeof text === "string") yield [name, text];
  }
  for (const item of Object.values(value)) yield* assignmentsIn(item);
}

const TIMES = ["2020-01-01T00:00:00.000Z", "2026-03-01T12:00:05.000Z"];
const DEPTH_MAX = 1;

type Making = { readonly vocabulary: Vocabulary; readonly random: Random; readonly depth?: number };

/** A value for a field: mostly one that it is compared with, or that its name asks for. */
function valueFor(field: string, making: Making): Json {
  const { vocabulary, random, depth = 0 } = making;
  const known = vocabulary.compared.get(field) ?? [];
  if (known.length > 0 && random.chance(0.8)) return random.pick(known);
  if (vocabulary.objects.has(field) && depth <= DEPTH_MAX) return objectOf({ ...making, depth: depth + 1 });
  if (/^at$|At$/.test(field)) return random.pick(TIMES);
  if (/(?:Seconds|Hours|Count|Needed|attempt)$/.test(field)) return random.below(3);
  if (/(?:seen|failed|items|findings|calls|steps)$/.test(field)) return listOf(making);
  if (/(?:[dD]etail|Id|Hash|requester|message)$/.test(field)) return `${field}-${random.below(3)}`;
  if (depth < DEPTH_MAX && random.chance(0.5)) return objectOf({ ...making, depth: depth + 1 });
  return random.pick<Json>([`${field}-${random.below(3)}`, random.below(3), random.chance(0.5), null]);
}

const listOf = ({ depth = 0, ...making }: Making): Json =>
  Array.from({ length: making.random.below(3) }, (_, index) =>
    depth < DEPTH_MAX ? { ...objectOf({ ...making, depth: depth + 1 }), index } : index,
  );

/** An object with the fields that the definition looks at; those that it asks for may be missing. */
export function objectOf(making: Making): JsonObject {
  const { vocabulary, random } = making;
  const present = vocabulary.fields.filter((field) => !vocabulary.optional.has(field) || random.chance(0.7));
  return Object.fromEntries(present.map((field) => [field, valueFor(field, making)]));
}
