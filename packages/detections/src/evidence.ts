import type { Json, JsonObject } from "@ephor/domain/json";
import { shorten } from "./shorten.ts";

/** What one finding keeps as evidence, so that no event can make a finding too large to store or to show. */
export const EVIDENCE_LIMITS = { text: 1000, items: 50, depth: 8 } as const;

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** The evidence with long texts, lists and objects cut short, and what is nested too deep left out. */
export const boundedEvidence = (evidence: JsonObject): JsonObject => boundedObject(evidence, 1);

function boundedObject(value: JsonObject, depth: number): JsonObject {
  const entries = Object.entries(value).slice(0, EVIDENCE_LIMITS.items);
  return Object.fromEntries(entries.map(([key, inner]) => [shorten(key, EVIDENCE_LIMITS.text), bounded(inner, depth)]));
}

function bounded(value: Json, depth: number): Json {
  if (typeof value === "string") return shorten(value, EVIDENCE_LIMITS.text);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= EVIDENCE_LIMITS.depth) return null;
  if (isList(value)) return value.slice(0, EVIDENCE_LIMITS.items).map((item) => bounded(item, depth + 1));
  return boundedObject(value, depth + 1);
}
