import type { Json, JsonObject } from "@ephor/domain/json";
import { collectValues, type FieldValues, isArray, isScalar, ownField } from "./field-values.ts";
import type { Scalar } from "./pattern.ts";

/** What a field holds: nothing, one value, or values to choose from. */
export type FieldContent = Scalar | undefined | FieldValues;

/** A step on the way to fields: `detail`, then `detail.eventName`. Each is read at most once an event. */
type Step = {
  readonly parent: Step | undefined;
  readonly read: (object: JsonObject) => Json | undefined;
  /** The same step written as one key with dots, from further up. */
  readonly shortcuts: readonly { readonly from: Step; readonly read: (object: JsonObject) => Json | undefined }[];
  seen: number;
  value: Json | undefined;
  /** Set when the way passes an array or a key with dots: then the fields below are collected instead. */
  isBranched: boolean;
};

/** A field that a matcher may ask for. */
export type Field = {
  readonly path: string;
  readonly segments: readonly string[];
  readonly step: Step;
  seen: number;
  content: FieldContent;
};

/** Reads the fields of one event after another, each step and field once an event however many rules ask for it. */
export class EventReader {
  readonly #root: Step = {
    parent: undefined,
    read: () => undefined,
    shortcuts: [],
    seen: 0,
    value: undefined,
    isBranched: false,
  };
  readonly #steps = new Map<string, Step>();
  readonly #fields = new Map<string, Field>();
  #event: JsonObject = {};
  #count = 0;

  /** The field at a dotted path; the same path gives the same field. */
  field(path: string): Field {
    const known = this.#fields.get(path);
    if (known !== undefined) return known;
    const segments = path.split(".");
    const field: Field = { path, segments, step: this.#stepTo(segments), seen: 0, content: undefined };
    this.#fields.set(path, field);
    return field;
  }

  /** Turns to the next event and gives its number, from 1. */
  begin(event: JsonObject): number {
    this.#event = event;
    this.#count++;
    this.#root.seen = this.#count;
    this.#root.value = event;
    return this.#count;
  }

  /** Lets go of the last event. */
  end(): void {
    this.#event = {};
    this.#root.value = undefined;
  }

  content(field: Field): FieldContent {
    if (field.seen === this.#count) return field.content;
    field.seen = this.#count;
    const { step } = field;
    this.#resolve(step);
    if (step.isBranched) field.content = plain(collectValues(this.#event, field.segments));
    else field.content = step.value === undefined || !isScalar(step.value) ? undefined : step.value;
    return field.content;
  }

  #resolve(step: Step): void {
    if (step.seen === this.#count) return;
    step.seen = this.#count;
    const { parent } = step;
    if (parent === undefined) return;
    this.#resolve(parent);
    step.isBranched = parent.isBranched;
    step.value = undefined;
    if (parent.isBranched) return;
    const above = parent.value;
    if (isObject(above)) step.value = step.read(above);
    step.isBranched = isArray(step.value) || hasShortcut(step);
  }

  #stepTo(segments: readonly string[]): Step {
    let step = this.#root;
    const way = [step];
    for (let i = 0; i < segments.length; i++) {
      const path = segments.slice(0, i + 1).join(".");
      const next = this.#steps.get(path) ?? newStep(way, segments.slice(0, i + 1));
      this.#steps.set(path, next);
      way.push(next);
      step = next;
    }
    return step;
  }
}

/** Whether the event spells the step as one key with dots, from further up. */
function hasShortcut({ shortcuts }: Step): boolean {
  for (const { from, read } of shortcuts) if (isObject(from.value) && read(from.value) !== undefined) return true;
  return false;
}

/** `way` holds the steps from the root to the one before the last of `segments`. */
function newStep(way: readonly Step[], segments: readonly string[]): Step {
  const readers = way.map((from, i) => ({ from, read: readerOf(segments.slice(i).join(".")) }));
  const parent = readers.pop();
  const read = parent?.read ?? (() => undefined);
  return { parent: parent?.from, read, shortcuts: readers, seen: 0, value: undefined, isBranched: false };
}

/** A plain property read, and the guarded one only for names that every object inherits. */
function readerOf(key: string): (object: JsonObject) => Json | undefined {
  return key in Object.prototype ? (object) => ownField(object, key) : (object) => object[key];
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Nothing, or a lone value outside of every array element, needs no list. */
function plain(values: FieldValues): FieldContent {
  if (values.arrays.length > 0 || values.scalars.length > 1) return values;
  return values.scalars[0];
}
