import type { EventReader, Field } from "./event-reader.ts";
import { isAbsence, matcherKey } from "./matcher.ts";
import type { Alternative, Pattern, ValueMatcher } from "./pattern.ts";
import type { Selectivity } from "./selectivity.ts";
import { type ValueTest, valueTest } from "./value-test.ts";

/** What a rule asks of a field. Rules that ask the same share it, so it is evaluated once an event. */
export type Condition = {
  readonly field: Field;
  readonly test: ValueTest;
  /** Whether having no value is enough. */
  readonly absent: boolean;
  seen: number;
  isMet: boolean;
  /** Whether the field's values stand in elements of arrays, in the event last seen. */
  isInArrays: boolean;
};

/** One alternative of the pattern `entry`; its conditions with those first that are met least often. */
export type Rule = { readonly entry: number; readonly conditions: readonly Condition[]; seen: number };

/** One rule for each alternative of each pattern, in that order. */
export function rulesOf(patterns: readonly Pattern[], { reader, selectivity }: Means): readonly Rule[] {
  const pool = new ConditionPool();
  const costOf = ([path, matchers]: Asked): number => selectivity.cost(path, matchers);
  const ruleOf = (entry: number, alternative: Alternative): Rule => {
    const asked = [...alternative].sort((a, b) => costOf(a) - costOf(b));
    return {
      entry,
      seen: 0,
      conditions: asked.map(([path, matchers]) => pool.condition(reader.field(path), matchers)),
    };
  };
  return patterns.flatMap(({ alternatives }, entry) => alternatives.map((alternative) => ruleOf(entry, alternative)));
}

type Means = { readonly reader: EventReader; readonly selectivity: Selectivity };
type Asked = readonly [path: string, matchers: readonly ValueMatcher[]];

class ConditionPool {
  readonly #known = new Map<string, Condition>();

  condition(field: Field, matchers: readonly ValueMatcher[]): Condition {
    const key = JSON.stringify([field.path, ...matchers.map(matcherKey)]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const test = valueTest(matchers.filter((matcher) => !isAbsence(matcher)));
    const condition = { field, test, absent: matchers.some(isAbsence), seen: 0, isMet: false, isInArrays: false };
    this.#known.set(key, condition);
    return condition;
  }
}
