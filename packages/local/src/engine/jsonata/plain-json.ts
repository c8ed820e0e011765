import type { Json } from "@ephor/domain/json";
import { LIMITS } from "../limits.ts";

/** Thrown inside an expression's evaluation and turned into its failure by `evaluate`. */
export class ExpressionError extends Error {}

/**
 * What an expression gave, as plain JSON: JSONata marks its arrays with extra properties and may give functions.
 * `undefined` stays itself; inside arrays and objects it is left out, as JSON has no word for it.
 * Throws ExpressionError for functions, numbers that are not finite and nesting beyond `LIMITS.jsonDepth`.
 */
export function toPlainJson(value: unknown): Json | undefined {
  return isPlain(value, 0) ? value : copied(value, 0);
}

function copied(value: unknown, depth: number): Json | undefined {
  if (value === undefined || value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return toPlainNumber(value);
  if (depth > LIMITS.jsonDepth) throw new ExpressionError(`nests deeper than ${LIMITS.jsonDepth} levels`);
  if (Array.isArray(value)) {
    return value.map((item) => copied(item, depth + 1)).filter((item) => item !== undefined);
  }
  if (typeof value !== "object" || isFunction(value)) {
    throw new ExpressionError("gave a function, which JSON cannot hold");
  }
  return Object.fromEntries(plainEntries(value, depth));
}

/** What is plain already need not be copied: nothing changes JSON once it is there. */
function isPlain(value: unknown, depth: number): value is Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || depth > LIMITS.jsonDepth) return false;
  if (Array.isArray(value)) return !isMarked(value) && value.every((item) => isPlain(item, depth + 1));
  if (isFunction(value) || Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const item of Object.values(value)) if (!isPlain(item, depth + 1)) return false;
  return true;
}

/** A sequence of JSONata's, or an array with holes or more than its items. */
const isMarked = (list: readonly unknown[]): boolean => Object.keys(list).length !== list.length || "sequence" in list;

function plainEntries(value: object, depth: number): [string, Json][] {
  const entries: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    const plain = copied(item, depth + 1);
    if (plain !== undefined) entries.push([key, plain]);
  }
  return entries;
}

function toPlainNumber(value: number): number {
  if (!Number.isFinite(value)) throw new ExpressionError(`gave a number out of range: ${value}`);
  // JSON text has no negative zero.
  return value === 0 ? 0 : value;
}

const isFunction = (value: object): boolean => "_jsonata_lambda" in value || "_jsonata_function" in value;
