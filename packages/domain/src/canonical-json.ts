import { EphorException, ephorError } from "./error.ts";
import type { Json, JsonObject } from "./json.ts";

/** Deeper values are refused, so that hostile input cannot exhaust the stack. */
export const CANONICAL_DEPTH_MAX = 64;

/**
 * `value` in the JSON Canonicalization Scheme (RFC 8785): no white space, members ordered by the UTF-16 code units of
 * their names, numbers and strings as ECMAScript writes them. Equal data give equal text, on any machine.
 * Throws `EphorException` `input.invalid`, with a JSON pointer, for what the scheme has no text for: non-finite numbers,
 * lone surrogates, values that are not JSON, and more than `CANONICAL_DEPTH_MAX` levels.
 */
export const canonicalJson = (value: Json): string => write(value, []);

function write(value: unknown, path: string[]): string {
  switch (typeof value) {
    case "string":
      return writeString(value, path);
    case "number":
      return Number.isFinite(value) ? String(value) : refuse(`a number has to be finite, got ${value}`, path);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      return value === null ? "null" : writeContainer(value, path);
    default:
      return refuse(`expected a JSON value, got ${typeof value}`, path);
  }
}

/** Printable ASCII but quotation mark and backslash: text that JSON writes as it is, which is nearly all there is. */
const PLAIN = /^[ !#-[\]-~]*$/;

function writeString(text: string, path: readonly string[]): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return text.isWellFormed() ? JSON.stringify(text) : refuse("a string holds a lone surrogate", path);
}

function writeContainer(value: object, path: string[]): string {
  if (path.length === CANONICAL_DEPTH_MAX) return refuse(`more than ${CANONICAL_DEPTH_MAX} levels deep`, path);
  if (Array.isArray(value)) return writeArray(value, path);
  return isPlainObject(value) ? writeObject(value, path) : refuse("expected a plain object", path);
}

function isPlainObject(value: object): value is JsonObject {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function writeArray(items: readonly unknown[], path: string[]): string {
  let text = "[";
  for (let i = 0; i < items.length; i++) {
    path.push(String(i));
    text += i === 0 ? write(items[i], path) : `,${write(items[i], path)}`;
    path.pop();
  }
  return `${text}]`;
}

function writeObject(members: JsonObject, path: string[]): string {
  let text = "{";
  // The default order of `sort` is that of UTF-16 code units, which is what RFC 8785 section 3.2.3 asks for.
  for (const name of Object.keys(members).sort()) {
    path.push(name);
    if (text.length > 1) text += ",";
    text += `${writeString(name, path)}:${write(members[name], path)}`;
    path.pop();
  }
  return `${text}}`;
}

/**
 * Whether `text` is the canonical form of `value`, which was parsed from it. When all names stand in order, what
 * `JSON.stringify` writes is canonical but for lone surrogates (`\\ud...`), and several times faster than `canonicalJson`;
 * in any other case that one decides.
 */
export function isCanonicalJson(text: string, value: Json): boolean {
  if (isOrdered(value, 0) && !text.includes("\\ud") && JSON.stringify(value) === text) return true;
  try {
    return canonicalJson(value) === text;
  } catch (cause) {
    if (cause instanceof EphorException) return false;
    throw cause;
  }
}

function isOrdered(value: Json, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth === CANONICAL_DEPTH_MAX) return false;
  if (isJsonArray(value)) return value.every((item) => isOrdered(item, depth + 1));
  let last = "";
  for (const [name, member] of Object.entries(value)) {
    if (name < last || !isOrdered(member, depth + 1)) return false;
    last = name;
  }
  return true;
}

const isJsonArray = (value: Json): value is readonly Json[] => Array.isArray(value);

function refuse(message: string, path: readonly string[]): never {
  const pointer = path.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  throw new EphorException(ephorError("input.invalid", message, { path: pointer.slice(0, 200) }));
}
