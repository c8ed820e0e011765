import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";

/** `${task:name}` or `${workflow:name}` in a definition (architecture rule 2). */
export type Placeholder = { readonly kind: "task" | "workflow"; readonly name: string };

const PLACEHOLDER = /\$\{(task|workflow):([^}]*)\}/g;

const isKind = (text: string | undefined): text is Placeholder["kind"] => text === "task" || text === "workflow";

/** Every string of a definition, also keys, with the JSON pointer where it stands. */
export function* stringsOf(value: Json, path = ""): Generator<{ path: string; text: string }> {
  if (typeof value === "string") yield { path, text: value };
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* stringsOf(item, `${path}/${index}`);
  if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) yield* stringsOf(item, `${path}/${key}`);
}

export function placeholdersOf(definition: JsonObject): readonly Placeholder[] {
  return [...stringsOf(definition)].flatMap(({ text }) =>
    [...text.matchAll(PLACEHOLDER)].flatMap(([, kind, name]) =>
      isKind(kind) && name !== undefined ? [{ kind, name }] : [],
    ),
  );
}

/** The definition with each placeholder replaced by what `resolve` gives: an ARN on AWS, the name itself on one node. */
export function substitute(definition: JsonObject, resolve: (placeholder: Placeholder) => string): JsonObject {
  return mapObject(definition, (text) =>
    text.replaceAll(PLACEHOLDER, (whole, kind: string, name: string) =>
      isKind(kind) ? resolve({ kind, name }) : whole,
    ),
  );
}

function mapObject(value: JsonObject, map: (text: string) => string): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, map)]));
}

function mapStrings(value: Json, map: (text: string) => string): Json {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  return isJsonObject(value) ? mapObject(value, map) : value;
}
