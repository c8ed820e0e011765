import { z } from "zod";
import { redactText } from "../redact/redact-text.ts";
import { SECRET_REF_EXPECTED } from "./field.ts";
import { nearest } from "./nearest.ts";

/** One thing wrong with a configuration: where (a JSON pointer) and what, in words. */
export type Problem = { readonly path: string; readonly what: string };

const FOUND_CHARACTERS_MAX = 60;
type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

const TYPES: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/**
 * Words for what was expected where a schema names none itself. For unknown keys it gives the known ones,
 * comma-separated: only here is the schema that knows them at hand.
 */
export function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[String(issue.expected)] ?? String(issue.expected);
    case "invalid_value":
      return oneOf(issue.values);
    case "unrecognized_keys":
      return issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape).join(",") : "";
    case "invalid_union":
      return Array.isArray(issue.options) ? oneOf(issue.options) : undefined;
    default:
      return undefined;
  }
}

/** Every problem behind `issue`, whose paths start at `root`. */
export function problemsOf(issue: Issue, root: unknown, above: Path = []): Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key], issue.message));
  if (issue.code === "invalid_key") {
    return issue.issues.map((inner) => ({ path: pointer(path), what: `found this key, expected ${inner.message}` }));
  }
  const branch = issue.code === "invalid_union" ? branchMeant(issue.errors, valueAt(root, path)) : undefined;
  if (branch !== undefined) return branch.flatMap((inner) => problemsOf(inner, root, path));
  return [
    { path: pointer(path), what: `found ${found(valueAt(root, path), issue.message)}, expected ${issue.message}` },
  ];
}

export const pointer = (path: Path): string =>
  path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("") || "/";

/** `value` as an error may show it: without secrets, at most 60 characters. */
export function shorten(value: string): string {
  // Cut generously first: redaction must see a secret whole, but not megabytes of text.
  const shown = redactText(value.slice(0, 1000));
  return shown.length <= FOUND_CHARACTERS_MAX ? shown : `${shown.slice(0, FOUND_CHARACTERS_MAX)}…`;
}

function unknownKey(path: Path, known: string): Problem {
  const names = known.split(",");
  const guess = nearest(shorten(String(path.at(-1))), names);
  const hint = guess === undefined ? `expected one of ${names.join(", ")}` : `did you mean \`${guess}\`?`;
  return { path: pointer(path), what: `unknown key, ${hint}` };
}

/** Our unions are "one or a list of it" in this order; what was written says which of the two was meant. */
const branchMeant = (branches: readonly Issue[][], value: unknown): Issue[] | undefined =>
  branches.at(Array.isArray(value) ? -1 : 0);

function found(value: unknown, expected: string): string {
  if (value === undefined) return "nothing";
  if (expected === SECRET_REF_EXPECTED) return "a plain value (hidden)";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return `an object of ${Object.keys(value).length} keys`;
  return typeof value === "string" ? JSON.stringify(shorten(value)) : String(value);
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? JSON.stringify(values[0]) : `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`;
