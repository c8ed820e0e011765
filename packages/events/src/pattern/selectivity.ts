import { isAbsence, matcherKey } from "./matcher.ts";
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
  readonly #counts = new Map<string, Map<unknown, number>>();
  readonly #costs = new Map<readonly ValueMatcher[], number>();

  constructor(rules: readonly Alternative[]) {
    for (const rule of rules) for (const [path, matchers] of rule) this.#count(path, matchers);
  }

  /** About how many rules are looked at to find those with `matchers` in the field `path`; less is better. */
  cost(path: string, matchers: readonly ValueMatcher[]): number {
    const known = this.#costs.get(matchers);
    if (known !== undefined) return known;
    const counts = this.#counts.get(path);
    let cost = 0;
    for (const matcher of matchers) {
      const kind = isAbsence(matcher) ? ABSENCE_COST : KIND_COST[matcher.kind];
      cost += kind + (counts?.get(identityOf(matcher)) ?? 0);
    }
    this.#costs.set(matchers, cost);
    return cost;
  }

  #count(path: string, matchers: readonly ValueMatcher[]): void {
    const counts = this.#counts.get(path) ?? new Map<unknown, number>();
    this.#counts.set(path, counts);
    for (const matcher of matchers) {
      const identity = identityOf(matcher);
      counts.set(identity, (counts.get(identity) ?? 0) + 1);
    }
  }
}

/** What equal matchers share. A text that reads like another matcher's key would only make a count too high. */
const identityOf = (matcher: ValueMatcher): unknown => (matcher.kind === "exact" ? matcher.value : matcherKey(matcher));
