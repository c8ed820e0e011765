import type { Alternative, ValueMatcher } from "./pattern.ts";

/** How far from its best field a rule may be anchored so that fewer fields need to be read. */
const SLACK = 4;

/**
 * What a matcher costs as an anchor, next to the number of rules that have the same one: exact values are found by
 * hash, texts by search; ranges hold many values; the mere presence of a field, and what a value is not, select little.
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

/**
 * Chooses for each rule the field by which it is found: one that few rules share a value of, and, among nearly equal
 * ones, a field that anchors many rules, so that an event is asked for few fields. Gives the paths in rule order.
 */
export function chooseAnchors(rules: readonly Alternative[]): readonly string[] {
  const shared = countShared(rules);
  const candidates = rules.map((rule) => candidatesOf(rule, shared));
  const popularity = new Map<string, number>();
  for (const paths of candidates) for (const path of paths) popularity.set(path, (popularity.get(path) ?? 0) + 1);
  return candidates.map((paths) => mostPopular(paths, popularity));
}

type Shared = ReadonlyMap<string, ReadonlyMap<string | number, number>>;

const identityOf = (matcher: ValueMatcher): string | number =>
  matcher.kind === "exact" && typeof matcher.value !== "object" && typeof matcher.value !== "boolean"
    ? matcher.value
    : JSON.stringify(matcher);

/** For each field, in how many rules each matcher stands. */
function countShared(rules: readonly Alternative[]): Shared {
  const shared = new Map<string, Map<string | number, number>>();
  for (const rule of rules) {
    for (const [path, matchers] of rule) {
      const counts = shared.get(path) ?? new Map<string | number, number>();
      shared.set(path, counts);
      for (const matcher of matchers) {
        const identity = identityOf(matcher);
        counts.set(identity, (counts.get(identity) ?? 0) + 1);
      }
    }
  }
  return shared;
}

function candidatesOf(rule: Alternative, shared: Shared): readonly string[] {
  const costs = [...rule].map(([path, matchers]) => ({ path, cost: costOf(matchers, shared.get(path)) }));
  const least = Math.min(...costs.map(({ cost }) => cost));
  return costs.filter(({ cost }) => cost <= least + SLACK).map(({ path }) => path);
}

function costOf(matchers: readonly ValueMatcher[], counts: ReadonlyMap<string | number, number> | undefined): number {
  let cost = 0;
  for (const matcher of matchers) {
    const kind = matcher.kind === "exists" && !matcher.present ? ABSENCE_COST : KIND_COST[matcher.kind];
    cost += kind + (counts?.get(identityOf(matcher)) ?? 0);
  }
  return cost;
}

function mostPopular(paths: readonly string[], popularity: ReadonlyMap<string, number>): string {
  let best = paths[0] ?? "";
  for (const path of paths) if ((popularity.get(path) ?? 0) > (popularity.get(best) ?? 0)) best = path;
  return best;
}
