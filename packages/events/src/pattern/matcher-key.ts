import type { ValueMatcher } from "./pattern.ts";

/** A text that is equal for equal matchers and for no others. */
export function matcherKey(matcher: ValueMatcher): string {
  return matcher.kind === "exact" ? `${typeof matcher.value} ${matcher.value}` : JSON.stringify(matcher);
}
