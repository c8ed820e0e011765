import type { Json } from "@ephor/domain/json";
import { FieldValues } from "./field-values.ts";
import type { ValueTest } from "./value-test.ts";

/** Partial choices tried for one alternative on one event before it is left undecided. */
const STEPS_MAX = 1_000_000;

type JsonArray = readonly Json[];

/** A field of an alternative: the values it has in the event and what it asks of one of them. */
export type SearchField = {
  readonly values: FieldValues;
  readonly test: ValueTest;
  /** Whether having no value, in the elements chosen so far, is enough. */
  readonly absent: boolean;
};

/**
 * Whether one value can be chosen for each field so that all tests hold and no two values stand in different elements
 * of one array. Fields are taken in the order of their paths, and a field counts as absent when it has no value in
 * the elements chosen for the fields before it: both as event-ruler has it.
 * A failed choice is remembered by the elements that still matter, so the cost stays near the number of values; an
 * event built to defeat that is left undecided after STEPS_MAX steps and counts as a match, so that nothing hides in it.
 */
export function matchesInElements(fields: readonly SearchField[]): boolean {
  return new ElementSearch(fields).from(0);
}

class ElementSearch {
  readonly #fields: readonly SearchField[];
  readonly #passing: readonly FieldValues[];
  /** The last field that has values in an array: from then on the element chosen in it no longer matters. */
  readonly #lastUse = new Map<JsonArray, number>();
  readonly #chosen = new Map<JsonArray, number>();
  readonly #ids = new Map<JsonArray, number>();
  readonly #failed = new Set<string>();
  #steps = 0;

  constructor(fields: readonly SearchField[]) {
    this.#fields = fields;
    this.#passing = fields.map(({ values, test }) => passing(values, test));
    for (const [i, { values }] of fields.entries()) this.#noteArrays(values, i);
  }

  from(i: number): boolean {
    const field = this.#fields[i];
    if (field === undefined || this.#steps > STEPS_MAX) return true;
    const key = this.#keyAt(i);
    if (this.#failed.has(key)) return false;
    this.#steps++;
    const found =
      (field.absent && !this.#isPresent(field.values) && this.from(i + 1)) || this.#choose(this.#passing[i], i);
    if (!found) this.#failed.add(key);
    return found;
  }

  #choose(values: FieldValues | undefined, i: number): boolean {
    if (values === undefined) return false;
    if (values.scalars.length > 0 && this.from(i + 1)) return true;
    return values.arrays.some((inArray) => {
      const index = this.#chosen.get(inArray.array);
      if (index !== undefined) return this.#choose(inArray.elements.get(index), i);
      if ((this.#lastUse.get(inArray.array) ?? i) <= i) return this.from(i + 1);
      return this.#chooseElement(inArray, i);
    });
  }

  #chooseElement({ array, elements }: FieldValues["arrays"][number], i: number): boolean {
    for (const [index, values] of elements) {
      this.#chosen.set(array, index);
      if (this.#choose(values, i)) return true;
    }
    this.#chosen.delete(array);
    return false;
  }

  #isPresent(values: FieldValues): boolean {
    if (values.scalars.length > 0) return true;
    return values.arrays.some(({ array, elements }) => {
      const index = this.#chosen.get(array);
      if (index === undefined) return true;
      const inside = elements.get(index);
      return inside !== undefined && this.#isPresent(inside);
    });
  }

  #keyAt(i: number): string {
    let key = String(i);
    for (const [array, index] of this.#chosen) {
      if ((this.#lastUse.get(array) ?? 0) >= i) key += `,${this.#ids.get(array)}:${index}`;
    }
    return key;
  }

  #noteArrays(values: FieldValues, i: number): void {
    for (const { array, elements } of values.arrays) {
      this.#lastUse.set(array, i);
      if (!this.#ids.has(array)) this.#ids.set(array, this.#ids.size);
      for (const inside of elements.values()) this.#noteArrays(inside, i);
    }
  }
}

/** The values that pass the test, in the elements they stand in. */
function passing(values: FieldValues, test: ValueTest): FieldValues {
  const kept = new FieldValues();
  for (const value of values.scalars) if (test(value)) kept.scalars.push(value);
  for (const { array, elements } of values.arrays) {
    const keptElements = new Map<number, FieldValues>();
    for (const [index, inside] of elements) {
      const keptInside = passing(inside, test);
      if (!keptInside.isEmpty) keptElements.set(index, keptInside);
    }
    if (keptElements.size > 0) kept.arrays.push({ array, elements: keptElements });
  }
  return kept;
}
