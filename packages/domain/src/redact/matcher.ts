import type { FieldPattern, TextPattern } from "./pattern.ts";
import { isField, isText, PATTERNS } from "./patterns.ts";

/** A text pattern with its trigger compiled. */
export type TextRule = { readonly pattern: TextPattern; readonly trigger: RegExp };

/** The patterns in force, compiled once; `ordinary` is the prefilter: a lower-case text it does not match holds none. */
export type Matcher = {
  readonly suspicious: RegExp;
  readonly rules: readonly TextRule[];
  readonly fieldTrigger: RegExp;
  readonly fields: readonly FieldPattern[];
  /** Short texts that the prefilter has passed before: keys, labels and names come again with every event. */
  readonly passed: Set<string>;
};

const alternatives = (sources: readonly string[]): RegExp => new RegExp([...new Set(sources)].join("|"), "u");

function compile(patterns: typeof PATTERNS): Matcher {
  const texts = patterns.filter(isText);
  const fields = patterns.filter(isField);
  const stems = fields.map((field) => field.stem);
  return {
    suspicious: alternatives([...texts.map((text) => text.trigger), ...stems]),
    rules: texts.map((pattern) => ({ pattern, trigger: new RegExp(pattern.trigger, "u") })),
    fieldTrigger: alternatives(stems),
    fields,
    passed: new Set(),
  };
}

const ORDINARY = compile(PATTERNS.filter((pattern) => pattern.hipaa !== true));
const WITH_HEALTH = compile(PATTERNS);

export const matcherFor = ({ hipaa = false }: { readonly hipaa?: boolean }): Matcher =>
  hipaa ? WITH_HEALTH : ORDINARY;

/** The key term that `key` is, if it is one: compared by its letters and digits, in lower case. */
export function fieldOf(matcher: Matcher, key: string): FieldPattern | undefined {
  const name = plainKey(key);
  if (!matcher.fieldTrigger.test(name)) return undefined;
  return matcher.fields.find((field) => field.keys.test(name));
}

export const plainKey = (key: string): string => key.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
