import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import type { Random } from "./random.ts";
import { ADDRESSES, NAMES, NUMBERS, TEXTS } from "./vocabulary.ts";

type MutableObject = { [key: string]: Json | MutableObject | MutableArray };
type MutableArray = (Json | MutableObject | MutableArray)[];
type Node = Json | MutableObject | MutableArray;

/**
 * An event that nearly or fully matches one of `patterns`: values of the pattern's own operands at its paths, some
 * moved into arrays, split over elements, spelled with dots, changed or left out.
 */
export function generateEvent(random: Random, patterns: readonly JsonObject[]): JsonObject {
  const event: MutableObject = {};
  plant(random, random.pick(patterns), { event, path: [] });
  for (const _ of random.list({ least: 0, most: 3 }, () => 0)) {
    const path = random.list({ least: 1, most: 3 }, () => random.pick(NAMES));
    put(random, { into: event, path, value: randomValue(random) });
  }
  const finished: unknown = JSON.parse(JSON.stringify(event));
  return isJsonObject(finished) ? finished : {};
}

type Plot = { readonly event: MutableObject; readonly path: readonly string[] };

function plant(random: Random, pattern: JsonObject, { event, path }: Plot): void {
  for (const [key, value] of Object.entries(pattern)) {
    if (key === "$or" && Array.isArray(value)) {
      const branch: unknown = random.pick(value);
      if (isJsonObject(branch)) plant(random, branch, { event, path });
      continue;
    }
    const inside = [...path, ...key.split(".")];
    if (isJsonObject(value)) plant(random, value, { event, path: inside });
    else if (Array.isArray(value) && !random.chance(0.1)) {
      for (const _ of random.list({ least: 1, most: 2 }, () => 0)) {
        put(random, { into: event, path: inside, value: valueNear(random, random.pick(value)) });
      }
    }
  }
}

/** A value that may meet `operand`, a value or operator of a pattern. */
function valueNear(random: Random, operand: unknown): Json {
  if (random.chance(0.2)) return randomValue(random);
  if (typeof operand === "string") return nearText(random, operand);
  if (typeof operand === "number") return random.chance(0.7) ? operand : operand + random.pick([-1, 1, 0.5, 1e-6]);
  if (Array.isArray(operand)) return valueNear(random, random.pick(operand));
  if (isJsonObject(operand)) return valueNear(random, random.pick(Object.values(operand)));
  return operand === null || typeof operand === "boolean" ? operand : randomValue(random);
}

function nearText(random: Random, text: string): Json {
  const other = random.pick(TEXTS);
  return random.pick([
    ...[text, text, text, text + other, other + text, text.slice(1), text.slice(0, -1), text.toUpperCase()],
    ...[text.toLowerCase(), text.replaceAll("*", other).replaceAll("\\", ""), text.split("/")[0] ?? "", other],
  ]);
}

function randomValue(random: Random): Json {
  const value = random.pick<Json>([...TEXTS, ...ADDRESSES, ...NUMBERS, null, true, false, [], {}]);
  return random.chance(0.15)
    ? random.list({ least: 0, most: 3 }, () => random.pick<Json>([...TEXTS, ...NUMBERS, null]))
    : value;
}

/** Puts `value` at `path`: on the way, arrays may begin, and steps may be joined to one key with dots. */
type Planting = { readonly into: MutableObject; readonly path: readonly string[]; readonly value: Node };

function put(random: Random, { into, path, value }: Planting): void {
  const steps = path.length > 1 && random.chance(0.08) ? 2 : 1;
  const key = path.slice(0, steps).join(".");
  const rest = path.slice(steps);
  const found = Object.hasOwn(into, key) ? into[key] : undefined;
  const next = rest.length === 0 ? joined(random, { found, value }) : descend(random, { found, path: rest, value });
  Object.defineProperty(into, key, { value: next, enumerable: true, writable: true, configurable: true });
}

function joined(random: Random, { found, value }: { found: Node | undefined; value: Node }): Node {
  if (isMutableArray(found)) return random.chance(0.7) ? [...found, value] : value;
  if (found !== undefined && random.chance(0.4)) return [found, value];
  return random.chance(0.1) ? [value] : value;
}

type Rest = { readonly found: Node | undefined; readonly path: readonly string[]; readonly value: Node };

function descend(random: Random, { found, path, value }: Rest): Node {
  if (isMutableArray(found)) {
    const at = random.below(found.length + 1);
    const element = descend(random, { found: found[at], path, value });
    return at === found.length ? [...found, element] : found.with(at, element);
  }
  const object = isMutableObject(found) ? found : {};
  put(random, { into: object, path, value });
  if (found !== undefined && !isMutableObject(found) && random.chance(0.5)) return [found, object];
  return random.chance(0.2) ? [object] : object;
}

const isMutableArray = (node: Node | undefined): node is MutableArray => Array.isArray(node);
const isMutableObject = (node: Node | undefined): node is MutableObject =>
  typeof node === "object" && node !== null && !Array.isArray(node);
