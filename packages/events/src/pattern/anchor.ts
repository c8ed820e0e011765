import type { EventReader, Field } from "./event-reader.ts";
import { FieldValues } from "./field-values.ts";
import { isAbsence } from "./matcher.ts";
import type { ValueMatcher } from "./pattern.ts";
import { newPostings, type Postings, type TakePostings } from "./postings.ts";
import { ValueIndex } from "./value-index.ts";

/** A field by which rules are found: through its values, or through its having none. */
export class Anchor {
  readonly field: Field;
  readonly whenAbsent = newPostings();
  readonly #index = new ValueIndex();
  #seen = 0;

  constructor(field: Field) {
    this.field = field;
  }

  add(matchers: readonly ValueMatcher[], rule: number): void {
    for (const matcher of matchers) {
      if (isAbsence(matcher)) this.whenAbsent.rules.push(rule);
      else this.#index.add(matcher, rule);
    }
  }

  /** Builds the index, after the last `add`, and gives all postings. */
  seal(): readonly Postings[] {
    return [...this.#index.seal(), this.whenAbsent];
  }

  /** Gives the rules that the field's content may satisfy, once an event. */
  ask(reader: EventReader, take: TakePostings): void {
    if (this.#seen === reader.count) return;
    this.#seen = reader.count;
    const content = reader.content(this.field);
    if (content === undefined) take(this.whenAbsent);
    else if (content instanceof FieldValues) this.#askAll(content, take);
    else this.#index.offer(content, take);
  }

  /** A field that has values in some elements of an array may count as absent from others. */
  #askAll(values: FieldValues, take: TakePostings): void {
    values.each((value) => this.#index.offer(value, take));
    if (values.arrays.length > 0) take(this.whenAbsent);
  }
}
