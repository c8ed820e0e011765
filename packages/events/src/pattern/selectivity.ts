import { matcherKey } from "./matcher-key.ts";
import type { Alternative, ValueMatcher } from "./pattern.ts";

/**
 * What a matcher costs as the way to find a rule, next to the number of rules that have the same one: exact values
 * are found by hash, texts by search; ranges hold many values; that a field is there, and what it is not, tell little.
 */
const KIND_COST: Readonly<Record<ValueMatcher["kind"], number>> = {
  exact: 0,
  address: 1,
  "equals-ignore-case": 2,
  prefix: 2,
  suffix: 2,
  wildcard: 4,
  numeric: 8,
  exists: 1_000,
  "anything-but": 100_000,
};
const ABSENCE_COST = 1_000_000;

/** How well the fields of a set of rules tell its rules apart. */
export class Selectivity {
  readonly #counts = new Map<string, Map<string, number>>();

  constructor(rules: readonly Alternative[]) {
    for (const rule of rules) for (const [path, matchers] of rule) this.#count(path, matchers);
  }

  /** About how many rules are looked at to find those with `matchers` in the field `path`; less is better. */
  cost(path: string, matchers: readonly ValueMatcher[]): number {
    const counts = this.#counts.get(path);
    let cost = 0;
    for (const matcher of matchers) {
      const kind = matcher.kind === "exists" && !matcher.present ? ABSENCE_COST : KIND_COST[matcher.kind];
      cost += kind + (counts?.get(matcherKey(matcher)) ?? 0);
    }
    return cost;
  }

  #count(path: string, matchers: readonly ValueMatcher[]): void {
    const counts = this.#counts.get(path) ?? new Map<string, number>();
    this.#counts.set(path, counts);
    for (const matcher of matchers) {
      const key = matcherKey(matcher);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
}
