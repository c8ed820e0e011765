import type { JsonObject } from "@ephor/domain/json";
import { MatchEngine } from "./match-engine.ts";
import type { Pattern } from "./pattern.ts";

export type MatcherEntry<T> = { readonly pattern: Pattern; readonly value: T };

export type Matcher<T> = {
  /** The values whose pattern `event` matches, each once, in the order of the entries. Throws on no JSON. */
  match(event: JsonObject): T[];
};

/**
 * Compiles patterns into one matcher. Every alternative of every pattern becomes a rule that is found by one of its
 * fields, its anchor, in an index of that field's values; only rules found so are evaluated, on fields read once an
 * event. The cost of an event grows with the rules whose anchor it meets, not with the rules there are.
 *
 * Bounds: arrays in arrays are looked into 32 deep; an event whose arrays give more than a million partial choices for
 * one rule counts as matching it (array-search.ts). The matcher holds state during `match` only and keeps no event.
 */
export function compileMatcher<T>(entries: readonly MatcherEntry<T>[]): Matcher<T> {
  const engine = new MatchEngine(entries.map(({ pattern }) => pattern));
  return {
    match(event) {
      const values: T[] = [];
      for (const index of engine.match(event)) {
        const entry = entries[index];
        if (entry !== undefined) values.push(entry.value);
      }
      return values;
    },
  };
}
