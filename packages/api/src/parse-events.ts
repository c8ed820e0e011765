import { ok, type Result } from "@ephor/domain/result";
import { type ApiError, refuse } from "./api-error.ts";
import { parseJson } from "./parse-json.ts";
import type { Accepted } from "./use-cases.ts";

/** More than the smallest real events that 5 MB can hold, so only filler is ever refused for its count. */
export const ITEMS_MAX = 30_000;

type Rejection = Accepted["rejected"][number];
/** `places[i]` is where `items[i]` stood among all that was sent; what could not be read is rejected already. */
export type EventItems = {
  readonly items: readonly unknown[];
  readonly places: readonly number[];
  readonly unreadable: readonly Rejection[];
};

/** One JSON value, an array of them, or one a line. A broken line is that line's failure; broken JSON is the request's. */
export function parseEvents(text: string, type: string): Result<EventItems, ApiError> {
  if (type === "application/x-ndjson") return parseLines(text);
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const items: unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  if (items.length > ITEMS_MAX) return tooMany(items.length);
  return ok({ items, places: items.map((_, index) => index), unreadable: [] });
}

function parseLines(text: string): Result<EventItems, ApiError> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length > ITEMS_MAX) return tooMany(lines.length);
  const [items, places, unreadable]: [unknown[], number[], Rejection[]] = [[], [], []];
  for (const [index, line] of lines.entries()) {
    const parsed = parseJson(line);
    if (!parsed.ok) unreadable.push({ index, reason: parsed.error.message });
    if (!parsed.ok) continue;
    items.push(parsed.value);
    places.push(index);
  }
  return ok({ items, places, unreadable });
}

/** The answer counted in places of the request, in their order. */
export function inPlace({ places, unreadable }: EventItems, { accepted, rejected }: Accepted): Accepted {
  const placed = rejected.map(({ index, reason }) => ({ index: places[index] ?? index, reason }));
  return { accepted, rejected: [...unreadable, ...placed].sort((a, b) => a.index - b.index) };
}

const tooMany = (count: number) =>
  refuse("input.too-large", `expected at most ${ITEMS_MAX} events a request, got ${count}`);
