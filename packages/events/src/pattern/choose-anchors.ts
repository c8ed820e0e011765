import type { Alternative } from "./pattern.ts";
import type { Selectivity } from "./selectivity.ts";

/**
 * How far from its best field a rule may be anchored so that fewer fields need to be read: rules that share a value
 * are told apart by an index of their own, which costs less than reading a further field of every event.
 */
const SLACK = { factor: 4, more: 16 } as const;

type Bounds = { readonly selectivity: Selectivity; readonly used: ReadonlySet<string>; readonly costMax: number };

/**
 * Chooses for each rule the field by which it is found, its anchor: one that few rules share a value of, and, among
 * nearly equal ones, one that anchors many rules, so that an event is asked for few fields. Fields in `used` and
 * fields that cost more than `costMax` are left out; a rule that has no other gets undefined.
 */
export function chooseAnchors(rules: readonly Alternative[], bounds: Bounds): readonly (string | undefined)[] {
  const candidates = rules.map((rule) => candidatesOf(rule, bounds));
  const popularity = new Map<string, number>();
  for (const paths of candidates) for (const path of paths) popularity.set(path, (popularity.get(path) ?? 0) + 1);
  return candidates.map((paths) => mostPopular(paths, popularity));
}

function candidatesOf(rule: Alternative, { selectivity, used, costMax }: Bounds): readonly string[] {
  const costs: { path: string; cost: number }[] = [];
  let least = costMax;
  for (const [path, matchers] of rule) {
    if (used.has(path)) continue;
    const cost = selectivity.cost(path, matchers);
    costs.push({ path, cost });
    least = Math.min(least, cost);
  }
  const most = Math.min(least * SLACK.factor + SLACK.more, costMax);
  return costs.filter(({ cost }) => cost <= most).map(({ path }) => path);
}

function mostPopular(paths: readonly string[], popularity: ReadonlyMap<string, number>): string | undefined {
  let best = paths[0];
  for (const path of paths) if ((popularity.get(path) ?? 0) > (popularity.get(best ?? "") ?? 0)) best = path;
  return best;
}
