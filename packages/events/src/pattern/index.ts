export { compileMatcher, type Matcher, type MatcherEntry } from "./compile-matcher.ts";
export { type ParseOptions, parsePattern } from "./parse-pattern.ts";
export { PATTERN_LIMITS, type Pattern, type PatternError } from "./pattern.ts";
export { type PatternTest, testPattern } from "./test-pattern.ts";
