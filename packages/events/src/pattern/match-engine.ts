import type { JsonObject } from "@ephor/domain/json";
import { matchesInElements } from "./array-search.ts";
import { chooseAnchors } from "./choose-anchors.ts";
import { EventReader, type Field, type FieldContent } from "./event-reader.ts";
import { FieldValues } from "./field-values.ts";
import { matcherKey } from "./matcher-key.ts";
import type { Alternative, Pattern, ValueMatcher } from "./pattern.ts";
import type { Postings, TakePostings } from "./postings.ts";
import { PresentFields } from "./present-fields.ts";
import { ValueIndex } from "./value-index.ts";
import { type ValueTest, valueTest } from "./value-test.ts";

/** Anchors up to which each is asked for; beyond, the event is gone through instead. */
const ANCHORS_ASKED_MAX = 32;

/** What a rule asks of a field. Rules that ask the same share it, so it is evaluated once an event. */
type Condition = {
  readonly field: Field;
  readonly test: ValueTest;
  /** Whether having no value is enough. */
  readonly absent: boolean;
  seen: number;
  isMet: boolean;
  /** Whether the field's values stand in elements of arrays, in the event last seen. */
  isInArrays: boolean;
};

/** One alternative of one pattern; `conditions` in the order of their paths. */
type Rule = { readonly entry: number; readonly conditions: readonly Condition[]; seen: number };

/** A field by which rules are found: through its values, or through its having none. */
type Anchor = { readonly field: Field; readonly index: ValueIndex; readonly whenAbsent: number[]; seen: number };

/** Patterns by number, answering which of them an event matches. `compileMatcher` says how and within what bounds. */
export class MatchEngine {
  readonly #reader = new EventReader();
  readonly #rules: Rule[] = [];
  readonly #conditions = new Map<string, Condition>();
  readonly #anchors = new Map<string, Anchor>();
  readonly #asked: readonly Anchor[];
  readonly #present: PresentFields<Anchor> | undefined;
  /** For each pattern, the number of the last event that it matched. */
  readonly #matched: Uint32Array;
  readonly #take: TakePostings;
  #found: number[] = [];
  #now = 0;

  constructor(patterns: readonly Pattern[]) {
    this.#matched = new Uint32Array(patterns.length);
    this.#take = (postings) => this.#consider(postings);
    const alternatives = patterns.flatMap(({ alternatives }) => alternatives);
    const paths = chooseAnchors(alternatives);
    for (const [entry, pattern] of patterns.entries()) {
      for (const alternative of pattern.alternatives) this.#add(entry, alternative, paths[this.#rules.length] ?? "");
    }
    const anchors = [...this.#anchors.values()];
    for (const { index } of anchors) index.seal();
    const few = anchors.length <= ANCHORS_ASKED_MAX;
    this.#asked = few ? anchors : anchors.filter(({ whenAbsent }) => whenAbsent.length > 0);
    this.#present = few ? undefined : presentFields(anchors);
  }

  /** The numbers of the patterns that match, ascending. */
  match(event: JsonObject): readonly number[] {
    this.#found = [];
    this.#now = this.#reader.begin(event);
    for (const anchor of this.#asked) this.#ask(anchor);
    this.#present?.each(event, (anchor) => this.#ask(anchor));
    this.#reader.end();
    return this.#found.length > 1 ? this.#found.sort((a, b) => a - b) : this.#found;
  }

  #add(entry: number, alternative: Alternative, anchorPath: string): void {
    const rule = this.#rules.length;
    const paths = [...alternative.keys()].sort();
    const conditions = paths.map((path) => this.#condition(path, alternative.get(path) ?? []));
    this.#rules.push({ entry, conditions, seen: 0 });
    const anchor = this.#anchor(anchorPath);
    for (const matcher of alternative.get(anchorPath) ?? []) {
      if (isAbsence(matcher)) anchor.whenAbsent.push(rule);
      else anchor.index.add(matcher, rule);
    }
  }

  #condition(path: string, matchers: readonly ValueMatcher[]): Condition {
    const key = JSON.stringify([path, ...matchers.map(matcherKey)]);
    const known = this.#conditions.get(key);
    if (known !== undefined) return known;
    const test = valueTest(matchers.filter((matcher) => !isAbsence(matcher)));
    const field = this.#reader.field(path);
    const condition = { field, test, absent: matchers.some(isAbsence), seen: 0, isMet: false, isInArrays: false };
    this.#conditions.set(key, condition);
    return condition;
  }

  #anchor(path: string): Anchor {
    const known = this.#anchors.get(path);
    if (known !== undefined) return known;
    const anchor = { field: this.#reader.field(path), index: new ValueIndex(), whenAbsent: [], seen: 0 };
    this.#anchors.set(path, anchor);
    return anchor;
  }

  #ask(anchor: Anchor): void {
    if (anchor.seen === this.#now) return;
    anchor.seen = this.#now;
    const { index, whenAbsent } = anchor;
    const content = this.#reader.content(anchor.field);
    if (content instanceof FieldValues) {
      content.each((value) => index.offer(value, this.#take));
      if (content.arrays.length > 0) this.#consider(whenAbsent);
    } else if (content === undefined) this.#consider(whenAbsent);
    else index.offer(content, this.#take);
  }

  #consider(postings: Postings): void {
    for (const number of postings) {
      const rule = this.#rules[number];
      if (rule === undefined || rule.seen === this.#now) continue;
      rule.seen = this.#now;
      if (this.#matched[rule.entry] === this.#now || !this.#holds(rule)) continue;
      this.#matched[rule.entry] = this.#now;
      this.#found.push(rule.entry);
    }
  }

  /** Where at most one field stands in arrays, each condition decides for itself; else the choice of elements does. */
  #holds(rule: Rule): boolean {
    let inArrays = 0;
    let isOpen = false;
    for (const condition of rule.conditions) {
      this.#evaluate(condition);
      if (condition.isInArrays) inArrays++;
      if (condition.isMet) continue;
      if (!condition.isInArrays || !condition.absent) return false;
      isOpen = true;
    }
    return inArrays > 1 ? matchesInElements(rule.conditions.map((condition) => this.#searchField(condition))) : !isOpen;
  }

  #evaluate(condition: Condition): void {
    if (condition.seen === this.#now) return;
    condition.seen = this.#now;
    const content = this.#reader.content(condition.field);
    condition.isInArrays = content instanceof FieldValues && content.arrays.length > 0;
    condition.isMet = content === undefined ? condition.absent : isAnyMet(content, condition.test);
  }

  #searchField({ field, test, absent }: Condition): { values: FieldValues; test: ValueTest; absent: boolean } {
    const content = this.#reader.content(field);
    if (content instanceof FieldValues) return { values: content, test, absent };
    const values = new FieldValues();
    if (content !== undefined) values.scalars.push(content);
    return { values, test, absent };
  }
}

const isAbsence = (matcher: ValueMatcher): boolean => matcher.kind === "exists" && !matcher.present;

function isAnyMet(content: Exclude<FieldContent, undefined>, test: ValueTest): boolean {
  if (!(content instanceof FieldValues)) return test(content);
  let isMet = false;
  content.each((value) => {
    isMet ||= test(value);
  });
  return isMet;
}

function presentFields(anchors: readonly Anchor[]): PresentFields<Anchor> {
  const present = new PresentFields<Anchor>();
  for (const anchor of anchors) present.add(anchor.field.segments, anchor);
  return present;
}
