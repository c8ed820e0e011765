import type { Json, JsonObject } from "@ephor/domain/json";
import type { Scalar } from "./pattern.ts";

/** Arrays on the way to a value, one in another, are looked into down to this depth; what lies deeper is no value. */
export const ARRAY_NESTING_MAX = 32;

type JsonArray = readonly Json[];

/**
 * The values of one field in one event, where there is not just one: `scalars` need no array element to be chosen,
 * the others need the element of `arrays` that they stand in. Two fields may only match in the same element of an
 * array that both stand in; event-ruler calls this array consistency.
 */
export class FieldValues {
  readonly scalars: Scalar[] = [];
  readonly arrays: { readonly array: JsonArray; readonly elements: Map<number, FieldValues> }[] = [];

  get isEmpty(): boolean {
    return this.scalars.length === 0 && this.arrays.length === 0;
  }

  /** Calls `visit` with every value, whatever element it stands in. */
  each(visit: (value: Scalar) => void): void {
    for (const value of this.scalars) visit(value);
    for (const { elements } of this.arrays) for (const values of elements.values()) values.each(visit);
  }
}

export const isScalar = (value: Json): value is Scalar => typeof value !== "object" || value === null;
export const isArray = (value: Json | undefined): value is JsonArray => Array.isArray(value);

/** The own property `key`, or undefined: names that every object inherits are no fields of an event. */
export function ownField(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/**
 * All values at the dotted path `segments` below `event`. A key with dots stands for several segments, so that
 * `{"a.b": 1}` has what `{"a": {"b": 1}}` has. Elements of arrays stand in for the array.
 */
export function collectValues(event: JsonObject, segments: readonly string[]): FieldValues {
  const found = new FieldValues();
  new Collector(segments).visit(event, { at: 0, nesting: 0, into: found });
  return found;
}

type Spot = { readonly at: number; readonly nesting: number; readonly into: FieldValues };

class Collector {
  readonly #segments: readonly string[];

  constructor(segments: readonly string[]) {
    this.#segments = segments;
  }

  visit(value: Json, spot: Spot): void {
    const isLeaf = spot.at === this.#segments.length;
    if (isArray(value)) this.#visitArray(value, spot);
    else if (!isScalar(value)) this.#visitObject(value, spot);
    else if (isLeaf) spot.into.scalars.push(value);
  }

  #visitObject(object: JsonObject, { at, nesting, into }: Spot): void {
    let key = "";
    for (let end = at; end < this.#segments.length; end++) {
      const segment = this.#segments[end] ?? "";
      key = end === at ? segment : `${key}.${segment}`;
      const value = ownField(object, key);
      if (value !== undefined) this.visit(value, { at: end + 1, nesting, into });
    }
  }

  #visitArray(array: JsonArray, { at, nesting, into }: Spot): void {
    if (nesting === ARRAY_NESTING_MAX) return;
    const elements = new Map<number, FieldValues>();
    for (let i = 0; i < array.length; i++) {
      const element = array[i] ?? null;
      if (isScalar(element)) {
        this.visit(element, { at, nesting, into });
        continue;
      }
      const values = new FieldValues();
      this.visit(element, { at, nesting: nesting + 1, into: values });
      if (!values.isEmpty) elements.set(i, values);
    }
    if (elements.size > 0) into.arrays.push({ array, elements });
  }
}
