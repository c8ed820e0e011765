import { assertNever } from "@ephor/domain/result";
import { addressDigits, blockKey } from "./address-block.ts";
import { caselessText, endOfCaseless, endsWithCaseless } from "./fold-case.ts";
import type { NumericRange, Scalar, ValueMatcher } from "./pattern.ts";
import { matchesWildcard } from "./wildcard.ts";

/** Whether one value of a field meets a condition. */
export type ValueTest = (value: Scalar) => boolean;

/** Compiles the matchers of a field into one test of one value: exact values by hash, then the others in turn. */
export function valueTest(matchers: readonly ValueMatcher[]): ValueTest {
  const exact = new Set<Scalar>();
  const tests: ValueTest[] = [];
  for (const matcher of matchers) {
    if (matcher.kind === "exact") exact.add(matcher.value);
    else tests.push(testOf(matcher));
  }
  if (exact.size > 0) tests.unshift(exactTest(exact));
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (value) => {
    for (const test of tests) if (test(value)) return true;
    return false;
  };
}

function exactTest(values: ReadonlySet<Scalar>): ValueTest {
  const [only] = values;
  return values.size === 1 ? (value) => value === only : (value) => values.has(value);
}

function testOf(matcher: Exclude<ValueMatcher, { kind: "exact" }>): ValueTest {
  switch (matcher.kind) {
    case "prefix":
    case "suffix":
      return endTest(matcher);
    case "equals-ignore-case": {
      const text = caselessText(matcher.text);
      return (value) => typeof value === "string" && endOfCaseless(text, value) === value.length;
    }
    case "numeric":
      return (value) => typeof value === "number" && isInRange(value, matcher.range);
    case "address": {
      const { digits, bits } = matcher.block;
      const key = blockKey(digits, bits);
      return (value) => typeof value === "string" && isInBlock(value, { size: digits.length, bits, key });
    }
    case "wildcard":
      return (value) => typeof value === "string" && matchesWildcard(matcher.literals, value);
    case "exists":
      return () => matcher.present;
    case "anything-but": {
      const none = valueTest(matcher.none);
      return (value) => !none(value);
    }
    default:
      return assertNever(matcher);
  }
}

function endTest({
  kind,
  text,
  ignoreCase,
}: {
  kind: "prefix" | "suffix";
  text: string;
  ignoreCase: boolean;
}): ValueTest {
  if (ignoreCase) {
    const caseless = caselessText(text);
    return kind === "prefix"
      ? (value) => typeof value === "string" && endOfCaseless(caseless, value) !== -1
      : (value) => typeof value === "string" && endsWithCaseless(caseless, value);
  }
  return kind === "prefix"
    ? (value) => typeof value === "string" && value.startsWith(text)
    : (value) => typeof value === "string" && value.endsWith(text);
}

function isInRange(value: number, { low, lowOpen, high, highOpen }: NumericRange): boolean {
  return (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high);
}

function isInBlock(value: string, block: { size: number; bits: number; key: string }): boolean {
  const digits = addressDigits(value);
  return digits?.length === block.size && blockKey(digits, block.bits) === block.key;
}
