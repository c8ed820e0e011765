import { ok, type Result } from "@ephor/domain/result";
import type { JsonNode } from "./json-node.ts";
import { type NumericRange, PATTERN_LIMITS, type PatternError, type ValueMatcher } from "./pattern.ts";
import { invalid, type Place, within } from "./pattern-error.ts";

type Bound = { readonly sign: string; readonly value: number };

const UNBOUNDED: NumericRange = { low: -Infinity, lowOpen: false, high: Infinity, highOpen: false };

/** What each comparison alone says about a number. */
const COMPARISONS: ReadonlyMap<string, (value: number) => NumericRange> = new Map([
  ["=", (value: number) => ({ low: value, lowOpen: false, high: value, highOpen: false })],
  ["<", (value: number) => ({ ...UNBOUNDED, high: value, highOpen: true })],
  ["<=", (value: number) => ({ ...UNBOUNDED, high: value })],
  [">", (value: number) => ({ ...UNBOUNDED, low: value, lowOpen: true })],
  [">=", (value: number) => ({ ...UNBOUNDED, low: value })],
]);

const SIGNS = [...COMPARISONS.keys()].join(" ");
const FORM = 'expected numeric to be a list such as ["=", 5] or [">", 0, "<=", 5]';

/**
 * Reads the operand of `numeric`: one comparison, or a lower then an upper bound with lower < upper.
 * Numbers lie within +-PATTERN_LIMITS.numeric and have at most 15 digits, as AWS documents.
 */
export function parseNumeric(operand: JsonNode, place: Place): Result<ValueMatcher, PatternError> {
  if (operand.kind !== "array" || operand.items.length === 0) return invalid(place, FORM);
  if (operand.items.length > 4) return invalid(place, `${FORM}, got ${operand.items.length} elements`);
  const first = parseBound(operand.items, { from: 0, place });
  if (!first.ok) return first;
  const range = COMPARISONS.get(first.value.sign)?.(first.value.value) ?? UNBOUNDED;
  if (operand.items.length === 2) return ok({ kind: "numeric", range });
  const second = parseBound(operand.items, { from: 2, place });
  if (!second.ok) return second;
  return between([first.value, second.value], place);
}

function between([low, high]: readonly [Bound, Bound], place: Place): Result<ValueMatcher, PatternError> {
  if (!low.sign.startsWith(">") || !high.sign.startsWith("<")) {
    return invalid(place, `${FORM}: two comparisons are a lower bound (> or >=), then an upper bound (< or <=)`);
  }
  if (low.value >= high.value)
    return invalid(place, `expected the lower bound ${low.value} to be less than ${high.value}`);
  const range = { low: low.value, lowOpen: low.sign === ">", high: high.value, highOpen: high.sign === "<" };
  return ok({ kind: "numeric", range });
}

function parseBound(items: readonly JsonNode[], at: { from: number; place: Place }): Result<Bound, PatternError> {
  const [sign, number] = items.slice(at.from, at.from + 2);
  const signPlace = within(at.place, at.from);
  if (sign?.kind !== "string" || !COMPARISONS.has(sign.value)) return invalid(signPlace, `expected one of ${SIGNS}`);
  const place = within(at.place, at.from + 1);
  if (number?.kind !== "number") return invalid(place, `expected a number after ${sign.value}`);
  if (!number.comparable) return invalid(place, "expected a number of at most 15 digits");
  if (Math.abs(number.value) > PATTERN_LIMITS.numeric) {
    return invalid(place, `expected a number between -${PATTERN_LIMITS.numeric} and ${PATTERN_LIMITS.numeric}`);
  }
  return ok({ sign: sign.value, value: number.value });
}
