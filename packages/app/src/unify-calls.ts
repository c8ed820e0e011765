import type { AwsRequest } from "@ephor/domain/aws-call";
import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import type { PlannedCall } from "@ephor/domain/remediation";

/** What calls have answered, by their index in the plan, as far as later ones refer to it. */
export type Outputs = ReadonlyMap<number, JsonObject>;

/** `{"$from": {"call": 0, "path": "/GroupId"}}`: what an earlier call of the same plan answers there. */
type Reference = { readonly call: number; readonly path: string };

function referenceIn(value: Json): Reference | undefined {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) return undefined;
  const from = value["$from"];
  if (!isJsonObject(from)) return undefined;
  const { call, path } = from;
  return typeof call === "number" && typeof path === "string" ? { call, path } : undefined;
}

const stepsOf = (path: string): readonly string[] =>
  path
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));

const isList = (value: unknown): value is readonly Json[] => Array.isArray(value);

/** The member of an object or list by its name or place; nothing that a prototype holds. */
function member(value: Json | undefined, step: string): Json | undefined {
  if (isList(value)) return /^\d{1,6}$/.test(step) ? value[Number(step)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

const valueAt = (value: Json | undefined, path: string): Json | undefined => stepsOf(path).reduce(member, value);

/** `output` that also holds `value` at `path`; a list on the way becomes an object with its places as names. */
function withValue(output: Json | undefined, of: { steps: readonly string[]; value: Json }): Json {
  const [step, ...rest] = of.steps;
  if (step === undefined) return of.value;
  const under = isJsonObject(output) ? output : {};
  return { ...under, [step]: withValue(member(under, step), { steps: rest, value: of.value }) };
}

function bind(outputs: Outputs, { call, path, value }: Reference & { value: Json }): Outputs | undefined {
  const known = outputs.get(call);
  const there = valueAt(known, path);
  if (there !== undefined) return isSame(there, value) ? outputs : undefined;
  const output = withValue(known ?? {}, { steps: stepsOf(path), value });
  return isJsonObject(output) ? new Map([...outputs, [call, output]]) : undefined;
}

function isSame(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, at) => isSame(item, b[at] ?? null));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isSame(a[key] ?? null, b[key] ?? null));
}

/** Compares `planned` with what is seen; `outputs` so far go in, those that the comparison shows as well come out. */
type Seen = { readonly seen: Json; readonly from: number; readonly outputs: Outputs };

function unifyValue(planned: Json, { seen, from, outputs }: Seen): Outputs | undefined {
  const reference = referenceIn(planned);
  if (reference !== undefined) return unifyReference(reference, { seen, from, outputs });
  if (isList(planned)) {
    if (!isList(seen) || planned.length !== seen.length) return undefined;
    return fold(planned, outputs, (item, at, known) =>
      unifyValue(item, { seen: seen[at] ?? null, from, outputs: known }),
    );
  }
  if (!isJsonObject(planned)) return isSame(planned, seen) ? outputs : undefined;
  if (!isJsonObject(seen)) return undefined;
  const keys = Object.keys(planned);
  if (keys.length !== Object.keys(seen).length) return undefined;
  return fold(keys, outputs, (key, _, known) => {
    if (!Object.hasOwn(seen, key)) return undefined;
    return unifyValue(planned[key] ?? null, { seen: seen[key] ?? null, from, outputs: known });
  });
}

/** To a call that is still to come both sides refer, the seen side counting from its own start; to others by value. */
function unifyReference({ call, path }: Reference, { seen, from, outputs }: Seen): Outputs | undefined {
  const other = referenceIn(seen);
  if (from === ANYWHERE && other !== undefined) return outputs;
  if (call >= from) return other?.call === call - from && other.path === path ? outputs : undefined;
  return other === undefined ? bind(outputs, { call, path, value: seen }) : undefined;
}

function fold<T>(
  items: readonly T[],
  first: Outputs,
  step: (item: T, at: number, known: Outputs) => Outputs | undefined,
): Outputs | undefined {
  let known: Outputs | undefined = first;
  for (let at = 0; at < items.length && known !== undefined; at++) {
    const item = items[at];
    known = item === undefined ? undefined : step(item, at, known);
  }
  return known;
}

/**
 * Whether `rest`, what is left to do in some state, is `planned` from `from` on: calls before that have been made, and
 * what they answered is `outputs`. An answer that is not known matches any value, the same one everywhere; the outputs
 * given back hold it. Undefined where they differ.
 */
export function unifyCalls(
  planned: readonly PlannedCall[],
  { rest, from, outputs }: { rest: readonly AwsRequest[]; from: number; outputs: Outputs },
): Outputs | undefined {
  const asked = planned.slice(from);
  if (asked.length !== rest.length) return undefined;
  return fold(asked, outputs, ({ service, operation, input }, at, known) => {
    const seen = rest[at];
    if (seen === undefined || seen.service !== service || seen.operation !== operation) return undefined;
    return unifyValue(input, { seen: seen.input, from, outputs: known });
  });
}

const ANYWHERE = Number.POSITIVE_INFINITY;

/**
 * Whether `rest`, what is left to do in some state, is some of `planned`, in its order: a state that any part of the plan
 * may have led to, and nothing else has been added to.
 */
export function isSomeOf(
  planned: readonly PlannedCall[],
  { rest, outputs }: { rest: readonly AwsRequest[]; outputs: Outputs },
): boolean {
  let at = 0;
  let known = outputs;
  for (const call of planned) {
    const seen = rest[at];
    if (seen === undefined) return true;
    if (seen.service !== call.service || seen.operation !== call.operation) continue;
    const next = unifyValue(call.input, { seen: seen.input, from: ANYWHERE, outputs: known });
    if (next === undefined) continue;
    known = next;
    at += 1;
  }
  return at === rest.length;
}

/** `input` with each reference replaced by what was answered; undefined where an answer does not hold it. */
export function resolveInput(input: JsonObject, outputs: Outputs): JsonObject | undefined {
  const value = resolve(input, outputs);
  return value !== undefined && isJsonObject(value) ? value : undefined;
}

function resolve(value: Json, outputs: Outputs): Json | undefined {
  const reference = referenceIn(value);
  if (reference !== undefined) return valueAt(outputs.get(reference.call), reference.path);
  if (isList(value)) {
    const items = value.map((item) => resolve(item, outputs));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([key, one]) => [key, resolve(one, outputs)] as const);
  if (members.some(([, one]) => one === undefined)) return undefined;
  return Object.fromEntries(members.map(([key, one]) => [key, one ?? null]));
}

/** The part of what call `index` answered that later calls refer to. */
export function referredOutput(
  calls: readonly PlannedCall[],
  { index, answer }: { index: number; answer: JsonObject },
): JsonObject {
  const paths = calls.slice(index + 1).flatMap(({ input }) => referencesIn(input, index));
  return paths.reduce<JsonObject>((output, path) => {
    const value = valueAt(answer, path);
    const next = value === undefined ? output : withValue(output, { steps: stepsOf(path), value });
    return isJsonObject(next) ? next : output;
  }, {});
}

function referencesIn(value: Json, call: number): readonly string[] {
  const reference = referenceIn(value);
  if (reference !== undefined) return reference.call === call ? [reference.path] : [];
  if (isList(value)) return value.flatMap((item) => referencesIn(item, call));
  return isJsonObject(value) ? Object.values(value).flatMap((one) => referencesIn(one, call)) : [];
}
