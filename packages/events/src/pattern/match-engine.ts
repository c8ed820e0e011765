import type { JsonObject } from "@ephor/domain/json";
import { matchesInElements, type SearchField } from "./array-search.ts";
import { EventReader, type FieldContent } from "./event-reader.ts";
import { FieldValues } from "./field-values.ts";
import type { Pattern } from "./pattern.ts";
import type { Postings, TakePostings } from "./postings.ts";
import { type Condition, type Rule, rulesOf } from "./rule.ts";
import { type RuleIndex, ruleIndex } from "./rule-index.ts";
import { Selectivity } from "./selectivity.ts";
import type { ValueTest } from "./value-test.ts";

/** Patterns by number, answering which of them an event matches. `compileMatcher` says how and within what bounds. */
export class MatchEngine {
  readonly #reader = new EventReader();
  readonly #rules: readonly Rule[];
  readonly #index: RuleIndex;
  /** For each pattern, the number of the last event that it matched. */
  readonly #matched: Uint32Array;
  readonly #take: TakePostings = (postings) => this.#consider(postings);
  #found: number[] = [];

  constructor(patterns: readonly Pattern[]) {
    this.#matched = new Uint32Array(patterns.length);
    const reader = this.#reader;
    const alternatives = patterns.flatMap((pattern) => pattern.alternatives);
    const selectivity = new Selectivity(alternatives);
    this.#rules = rulesOf(patterns, { reader, selectivity });
    this.#index = ruleIndex({ alternatives, selectivity, reader });
  }

  /** The numbers of the patterns that match, ascending. */
  match(event: JsonObject): readonly number[] {
    this.#found = [];
    this.#reader.begin(event);
    this.#index.ask(this.#reader, this.#take);
    this.#reader.end();
    return this.#found.length > 1 ? this.#found.sort((a, b) => a - b) : this.#found;
  }

  #consider({ rules, narrower }: Postings): void {
    if (narrower !== undefined) {
      narrower.ask(this.#reader, this.#take);
      return;
    }
    const now = this.#reader.count;
    for (const number of rules) {
      const rule = this.#rules[number];
      if (rule === undefined || rule.seen === now) continue;
      rule.seen = now;
      if (this.#matched[rule.entry] === now || !this.#holds(rule)) continue;
      this.#matched[rule.entry] = now;
      this.#found.push(rule.entry);
    }
  }

  /** Where at most one field stands in arrays, each condition decides for itself; else the choice of elements does. */
  #holds(rule: Rule): boolean {
    let inArrays = 0;
    let isOpen = false;
    for (const condition of rule.conditions) {
      if (condition.seen !== this.#reader.count) this.#evaluate(condition);
      if (condition.isInArrays) inArrays++;
      if (condition.isMet) continue;
      if (!condition.isInArrays || !condition.absent) return false;
      isOpen = true;
    }
    return inArrays > 1 ? matchesInElements(this.#searchFields(rule)) : !isOpen;
  }

  #evaluate(condition: Condition): void {
    condition.seen = this.#reader.count;
    const content = this.#reader.content(condition.field);
    condition.isInArrays = content instanceof FieldValues && content.arrays.length > 0;
    condition.isMet = content === undefined ? condition.absent : isAnyMet(content, condition.test);
  }

  /** The fields of a rule in the order of their paths. */
  #searchFields(rule: Rule): readonly SearchField[] {
    const conditions = rule.conditions.toSorted((a, b) => (a.field.path < b.field.path ? -1 : 1));
    return conditions.map(({ field, test, absent }) => ({
      values: valuesOf(this.#reader.content(field)),
      test,
      absent,
    }));
  }
}

function isAnyMet(content: Exclude<FieldContent, undefined>, test: ValueTest): boolean {
  if (!(content instanceof FieldValues)) return test(content);
  let isMet = false;
  content.each((value) => {
    isMet ||= test(value);
  });
  return isMet;
}

function valuesOf(content: FieldContent): FieldValues {
  if (content instanceof FieldValues) return content;
  const values = new FieldValues();
  if (content !== undefined) values.scalars.push(content);
  return values;
}
