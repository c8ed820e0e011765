import type { Json, JsonObject } from "@ephor/domain/json";
import { collectValues, type FieldValues, isArray, isScalar, ownField } from "./field-values.ts";
import type { Scalar } from "./pattern.ts";

/** What a field holds: nothing, one value, or values to choose from. */
export type FieldContent = Scalar | undefined | FieldValues;

/** A key of an object; `isInherited` where every object has something of that name without being given it. */
type Key = { readonly name: string; readonly isInherited: boolean };

/** A step on the way to fields: `detail`, then `detail.eventName`. Each is read at most once an event. */
type Step = {
  readonly parent: Step | undefined;
  readonly key: Key;
  /** The same step written as one key with dots, from further up. */
  readonly shortcuts: readonly { readonly from: Step; readonly key: Key }[];
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
  readonly #root = newStep([], []);
  /** Whether the event has a key with dots at the top; most have none, and then no shortcut from there is looked for. */
  #hasDots = false;
  readonly #steps = new Map<string, Step>();
  readonly #fields = new Map<string, Field>();
  /** The event being read, and its number, from 1. */
  event: JsonObject = {};
  count = 0;

  /** The field at a dotted path; the same path gives the same field. */
  field(path: string): Field {
    const known = this.#fields.get(path);
    if (known !== undefined) return known;
    const segments = path.split(".");
    const field: Field = { path, segments, step: this.#stepTo(segments), seen: 0, content: undefined };
    this.#fields.set(path, field);
    return field;
  }

  /** Turns to the next event. */
  begin(event: JsonObject): void {
    this.event = event;
    this.count++;
    this.#root.seen = this.count;
    this.#root.value = event;
    this.#hasDots = hasDottedKey(event);
  }

  /** Lets go of the event. */
  end(): void {
    this.event = {};
    this.#root.value = undefined;
  }

  content(field: Field): FieldContent {
    if (field.seen === this.count) return field.content;
    field.seen = this.count;
    const { step } = field;
    this.#resolve(step);
    if (step.isBranched) field.content = plain(collectValues(this.event, field.segments));
    else field.content = step.value === undefined || !isScalar(step.value) ? undefined : step.value;
    return field.content;
  }

  #resolve(step: Step): void {
    if (step.seen === this.count) return;
    step.seen = this.count;
    const { parent } = step;
    if (parent === undefined) return;
    this.#resolve(parent);
    step.isBranched = parent.isBranched;
    step.value = undefined;
    if (parent.isBranched) return;
    const above = parent.value;
    if (isObject(above)) step.value = read(above, step.key);
    step.isBranched = isArray(step.value) || (step.shortcuts.length > 0 && this.#isShortcut(step));
  }

  /** Whether the event spells the step as one key with dots, from further up. */
  #isShortcut({ shortcuts }: Step): boolean {
    for (const { from, key } of shortcuts) {
      if (from === this.#root && !this.#hasDots) continue;
      if (isObject(from.value) && read(from.value, key) !== undefined) return true;
    }
    return false;
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

/** `way` holds the steps from the root to the one before the last of `segments`; none for the root itself. */
function newStep(way: readonly Step[], segments: readonly string[]): Step {
  const shortcuts = way.map((from, i) => ({ from, key: keyOf(segments.slice(i).join(".")) }));
  const last = shortcuts.pop();
  return { parent: last?.from, key: last?.key ?? keyOf(""), shortcuts, seen: 0, value: undefined, isBranched: false };
}

const keyOf = (name: string): Key => ({ name, isInherited: name in Object.prototype });

const read = (object: JsonObject, { name, isInherited }: Key): Json | undefined =>
  isInherited ? ownField(object, name) : object[name];

function hasDottedKey(object: JsonObject): boolean {
  for (const key in object) if (key.includes(".")) return true;
  return false;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Nothing, or a lone value outside of every array element, needs no list. */
function plain(values: FieldValues): FieldContent {
  if (values.arrays.length > 0 || values.scalars.length > 1) return values;
  return values.scalars[0];
}
