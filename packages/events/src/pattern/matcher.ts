import type { ValueMatcher } from "./pattern.ts";

/** A text that is equal for equal matchers and for no others. */
export function matcherKey(matcher: ValueMatcher): string {
  return matcher.kind === "exact" ? `${typeof matcher.value} ${matcher.value}` : JSON.stringify(matcher);
}

/** Whether a matcher asks for the lack of a value. */
export const isAbsence = (matcher: ValueMatcher): boolean => matcher.kind === "exists" && !matcher.present;
