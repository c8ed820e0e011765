import { PATTERN_LIMITS } from "./pattern.ts";

/** Sets of states looked at before the expressions are called too complex without counting on. */
const STATE_SETS_MAX = 20_000;
const ANY = -1;
const QUOTE = 0x22;

type State = { readonly edges: Map<number, State[]>; readonly loops: boolean; star: State | undefined };
const newState = (loops: boolean): State => ({ edges: new Map(), loops, star: undefined });

/**
 * The most states that one value can be in at once. Expressions of one group (an anything-but list) share what
 * stands before their first wildcard, and their end; every other expression counts for itself.
 */
export function complexityOf(groups: readonly (readonly string[])[]): number {
  const start = newState(false);
  for (const group of groups) {
    const sharing = { states: new Map<string, State>(), end: newState(false) };
    for (const expression of group) addExpression(start, tokensOf(expression), sharing);
  }
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

type Sharing = { readonly states: Map<string, State>; readonly end: State };

function addExpression(start: State, tokens: readonly number[], { states, end }: Sharing): void {
  let state = start;
  let prefix = "";
  for (const [i, token] of tokens.entries()) {
    prefix += `,${token}`;
    const next: State = i === tokens.length - 1 ? end : (states.get(prefix) ?? newState(token === ANY));
    states.set(prefix, next);
    if (token === ANY) state.star = next;
    else state.edges.set(token, [...(state.edges.get(token) ?? []), next]);
    state = next;
    // After a wildcard nothing is shared: the count of states so far makes the prefix the expression's own.
    if (token === ANY) prefix = `after ${states.size}`;
  }
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
