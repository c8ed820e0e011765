import type { Json, JsonObject } from "@ephor/domain/json";

/** An answer of the SDK as data to compare: its members in one order, what is undefined left out. */
export const seen = (answer: unknown): Json => sorted(JSON.parse(JSON.stringify(answer ?? null)));

/** Members in one order; lists keep theirs. */
export function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, inner]) => [key, sorted(inner)]));
}

/** What AWS's own name for a failure stands for; any other failure is thrown. */
export const codeOf =
  <T>(code: string, value: T) =>
  (error: unknown): T => {
    const names = error instanceof Error ? [error.name, "Code" in error ? error.Code : ""] : [];
    if (names.includes(code)) return value;
    throw error;
  };
