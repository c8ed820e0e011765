import { ok, type Result } from "@ephor/domain/result";
import { PATTERN_LIMITS, type PatternError } from "./pattern.ts";
import { invalid, type Place, within } from "./pattern-error.ts";

/**
 * JSON as it was written: repeated keys and their order are kept, since EventBridge reads a pattern as a stream
 * and a later field replaces an earlier one of the same path. `comparable` is false for a number whose literal
 * no double holds exactly; EventBridge refuses to compare such numbers.
 */
export type JsonNode =
  | { readonly kind: "object"; readonly members: readonly JsonMember[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "number"; readonly value: number; readonly comparable: boolean }
  | { readonly kind: "literal"; readonly value: boolean | null };

export type JsonMember = { readonly key: string; readonly value: JsonNode };

type Budget = { characters: number };

/** Reads an in-memory value as JSON. Refuses what JSON cannot say, cycles (by depth) and more than `charactersMax`. */
export function jsonNodeOf(value: unknown, charactersMax: number): Result<JsonNode, PatternError> {
  return convert(value, { place: undefined, depth: 0, budget: { characters: charactersMax } });
}

type Spot = { readonly place: Place; readonly depth: number; readonly budget: Budget };

function convert(value: unknown, spot: Spot): Result<JsonNode, PatternError> {
  const { place, depth, budget } = spot;
  budget.characters -= typeof value === "string" ? value.length + 2 : 2;
  if (budget.characters < 0) return invalid(place, "the pattern is too large");
  if (depth > PATTERN_LIMITS.depth) return invalid(place, `expected at most ${PATTERN_LIMITS.depth} levels of nesting`);
  if (value === null || typeof value === "boolean") return ok({ kind: "literal", value });
  if (typeof value === "string") return ok({ kind: "string", value });
  if (typeof value === "number" && Number.isFinite(value)) return ok({ kind: "number", value, comparable: true });
  if (Array.isArray(value)) return convertItems(value, spot);
  if (typeof value === "object") return convertMembers(value, spot);
  return invalid(place, `expected JSON, got ${typeof value === "number" ? String(value) : typeof value}`);
}

function convertItems(values: readonly unknown[], { place, depth, budget }: Spot): Result<JsonNode, PatternError> {
  const items: JsonNode[] = [];
  for (let i = 0; i < values.length; i++) {
    const item = convert(values[i], { place: within(place, i), depth: depth + 1, budget });
    if (!item.ok) return item;
    items.push(item.value);
  }
  return ok({ kind: "array", items });
}

function convertMembers(object: object, { place, depth, budget }: Spot): Result<JsonNode, PatternError> {
  const members: JsonMember[] = [];
  for (const [key, value] of Object.entries(object)) {
    budget.characters -= key.length + 4;
    const member = convert(value, { place: within(place, key), depth: depth + 1, budget });
    if (!member.ok) return member;
    members.push({ key, value: member.value });
  }
  return ok({ kind: "object", members });
}
