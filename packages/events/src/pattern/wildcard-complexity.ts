import { type Alternative, PATTERN_LIMITS, type ValueMatcher } from "./pattern.ts";

/** Sets of states looked at before a field is called too complex without counting on. */
const STATE_SETS_MAX = 20_000;
const ANY = -1;
const QUOTE = 0x22;

/**
 * Whether a field's wildcards can be in too many states at once: EventBridge refuses a rule whose wildcard prefixes
 * one value could meet more than PATTERN_LIMITS.wildcardComplexity of at the same time.
 * AWS publishes the measure (event-ruler's MachineComplexityEvaluator), not the bound; ten agrees with its answers.
 * Alternatives share a field's wildcards when the fields that sort before it are the same.
 */
export function isTooComplex(alternatives: readonly Alternative[]): boolean {
  if (!alternatives.some(hasWildcard)) return false;
  const machines = new Map<string, Map<string, readonly string[]>>();
  const ids = new Map<unknown, number>();
  const idOf = (thing: unknown): number => {
    const id = ids.get(thing) ?? ids.size;
    ids.set(thing, id);
    return id;
  };
  for (const alternative of alternatives) {
    let before = 0;
    for (const path of [...alternative.keys()].sort()) {
      const matchers = alternative.get(path) ?? [];
      const key = `${before} ${path}`;
      const groups = machines.get(key) ?? new Map<string, readonly string[]>();
      machines.set(key, groups);
      for (const matcher of matchers) addGroup(groups, matcher);
      before = idOf(`${key} ${idOf(matchers)}`);
    }
  }
  return [...machines.values()].some(
    (groups) => complexityOf([...groups.values()]) > PATTERN_LIMITS.wildcardComplexity,
  );
}

const wildcardsIn = (matcher: ValueMatcher): readonly string[] => {
  const parts = matcher.kind === "anything-but" ? matcher.none : [matcher];
  return parts.flatMap((part) => (part.kind === "wildcard" ? [part.text] : []));
};

const hasWildcard = (alternative: Alternative): boolean =>
  [...alternative.values()].some((matchers) => matchers.some((matcher) => wildcardsIn(matcher).length > 0));

function addGroup(groups: Map<string, readonly string[]>, matcher: ValueMatcher): void {
  const wildcards = wildcardsIn(matcher);
  if (wildcards.length > 0) groups.set(`${matcher.kind}:${JSON.stringify(wildcards)}`, wildcards);
}

type State = { readonly edges: Map<number, State[]>; readonly loops: boolean; star: State | undefined };
const newState = (loops: boolean): State => ({ edges: new Map(), loops, star: undefined });

/**
 * The most states that one value can be in at once. Expressions of one group (an anything-but list) share what
 * stands before their first wildcard; every other expression counts for itself.
 */
export function complexityOf(groups: readonly (readonly string[])[]): number {
  const start = newState(false);
  for (const group of groups) addExpressions(start, group);
  const ids = new Map<State, number>([[start, 0]]);
  const seen = new Set<string>();
  const waiting: (readonly State[])[] = [[start]];
  let most = 0;
  for (let active = waiting.pop(); active !== undefined; active = waiting.pop()) {
    const inputs = new Set(active.flatMap((state) => [...state.edges.keys()]));
    for (const input of [...inputs, ANY]) {
      const next = step(active, input);
      const key = keyOf(next, ids);
      if (next.length === 0 || seen.has(key)) continue;
      seen.add(key);
      most = Math.max(most, next.length);
      if (most > PATTERN_LIMITS.wildcardComplexity || seen.size > STATE_SETS_MAX) return Number.POSITIVE_INFINITY;
      waiting.push(next);
    }
  }
  return most;
}

function addExpressions(start: State, expressions: readonly string[]): void {
  const shared = new Map<string, State>();
  for (const expression of expressions) {
    let state = start;
    let prefix: string | undefined = "";
    for (const token of tokensOf(expression)) {
      const key: string | undefined = prefix === undefined ? undefined : `${prefix},${token}`;
      state = follow(state, token, { shared, key });
      prefix = token === ANY ? undefined : key;
    }
  }
}

function follow(
  from: State,
  token: number,
  { shared, key }: { shared: Map<string, State>; key: string | undefined },
): State {
  const known = key === undefined ? undefined : shared.get(key);
  if (known !== undefined) return known;
  const next = newState(token === ANY);
  if (key !== undefined) shared.set(key, next);
  if (token === ANY) from.star = next;
  else from.edges.set(token, [...(from.edges.get(token) ?? []), next]);
  return next;
}

/** An expression as character codes and ANY, in quotes, as the values are that event-ruler compares. */
function tokensOf(expression: string): readonly number[] {
  const tokens = [QUOTE];
  for (let at = 0; at < expression.length; at++) {
    if (expression[at] === "*") {
      tokens.push(ANY);
      continue;
    }
    if (expression[at] === "\\") at++;
    tokens.push(expression.charCodeAt(at));
  }
  return [...tokens, QUOTE];
}

function step(active: readonly State[], input: number): readonly State[] {
  const next = new Set<State>();
  for (const state of active) {
    if (state.loops) next.add(state);
    for (const target of state.edges.get(input) ?? []) {
      next.add(target);
      if (target.star !== undefined) next.add(target.star);
    }
  }
  return [...next];
}

function keyOf(states: readonly State[], ids: Map<State, number>): string {
  for (const state of states) if (!ids.has(state)) ids.set(state, ids.size);
  return states
    .map((state) => ids.get(state) ?? 0)
    .sort((a, b) => a - b)
    .join(",");
}
