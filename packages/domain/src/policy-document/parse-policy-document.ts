import { type EphorError, ephorError } from "../error.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { err, ok, type Result } from "../result.ts";
import {
  type Condition,
  type PolicyDocument,
  type PolicyStatement,
  PRINCIPAL_TYPES,
  type Principal,
  type PrincipalType,
  type Selection,
} from "./policy-document.ts";

/** Far above AWS's own quotas (the largest, a KMS key policy, is 32 KiB), so that only nonsense is refused. */
export const POLICY_BOUNDS = {
  textCharactersMax: 512 * 1024,
  statementsMax: 2000,
  valuesMax: 5000,
  valueCharactersMax: 4096,
};

type PolicyError = EphorError<"policy-document.invalid">;

/**
 * Reads an IAM policy document: an object, JSON text, or URL-encoded JSON text as the IAM API returns it.
 * Errors: `policy-document.invalid`, whose path is a JSON pointer into the document.
 */
export function parsePolicyDocument(source: unknown): Result<PolicyDocument, PolicyError> {
  try {
    return ok(document(typeof source === "string" ? readText(source) : source));
  } catch (cause) {
    if (cause instanceof Refusal)
      return err(ephorError("policy-document.invalid", cause.message, { path: cause.path }));
    throw cause;
  }
}

/** Carries one refusal out of the recursive descent below; it never leaves this file. */
class Refusal extends Error {
  readonly path: string;
  constructor(path: string, message: string) {
    super(`${path || "/"}: ${message}`);
    this.path = path || "/";
  }
}

function readText(text: string): unknown {
  if (text.length > POLICY_BOUNDS.textCharactersMax) {
    throw new Refusal("", `found ${text.length} characters, expected at most ${POLICY_BOUNDS.textCharactersMax}`);
  }
  try {
    const json: unknown = JSON.parse(/^\s*%7B/i.test(text) ? decodeURIComponent(text) : text);
    return json;
  } catch {
    throw new Refusal("", "found text that is neither JSON nor URL-encoded JSON, expected a policy document");
  }
}

function document(value: unknown): PolicyDocument {
  const source = objectAt(value, "");
  knownKeys(source, ["Version", "Id", "Statement"], "");
  const statements = listOf(source["Statement"], "/Statement");
  if (statements.length > POLICY_BOUNDS.statementsMax) {
    throw new Refusal(
      "/Statement",
      `found ${statements.length} statements, expected at most ${POLICY_BOUNDS.statementsMax}`,
    );
  }
  const single = !Array.isArray(source["Statement"]);
  return {
    ...optional("version", source["Version"], "/Version"),
    ...optional("id", source["Id"], "/Id"),
    statements: statements.map((item, index) => statement(item, single ? "/Statement" : `/Statement/${index}`)),
  };
}

const STATEMENT_KEYS = [
  ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"],
];

function statement(value: unknown, path: string): PolicyStatement {
  const source = objectAt(value, path);
  knownKeys(source, STATEMENT_KEYS, path);
  const effect = source["Effect"];
  if (effect !== "Allow" && effect !== "Deny") throw new Refusal(`${path}/Effect`, expected("Allow or Deny", effect));
  const principals = selection(source, { name: "Principal", path }, principalsOf);
  const actions = selection(source, { name: "Action", path }, stringsOf);
  if (actions === undefined) throw new Refusal(path, "found neither Action nor NotAction, expected one of them");
  const resources = selection(source, { name: "Resource", path }, stringsOf);
  return {
    ...optional("sid", source["Sid"], `${path}/Sid`),
    effect,
    ...(principals === undefined ? {} : { principals }),
    actions,
    ...(resources === undefined ? {} : { resources }),
    conditions: conditions(source["Condition"], `${path}/Condition`),
  };
}

/** `X` or `NotX`, never both (IAM JSON policy grammar). */
function selection<T>(
  source: JsonObject,
  { name, path }: { name: string; path: string },
  read: (value: Json, path: string) => readonly T[],
): Selection<T> | undefined {
  const plain = source[name];
  const negated = source[`Not${name}`];
  if (plain !== undefined && negated !== undefined) {
    throw new Refusal(path, `found both ${name} and Not${name}, expected one of them`);
  }
  if (negated !== undefined) return { kind: "all-but", of: read(negated, `${path}/Not${name}`) };
  return plain === undefined ? undefined : { kind: "only", of: read(plain, `${path}/${name}`) };
}

function principalsOf(value: Json, path: string): readonly Principal[] {
  if (value === "*") return [{ type: "*", id: "*" }];
  const source = objectAt(value, path);
  return Object.entries(source).flatMap(([type, ids]) => {
    if (type !== "*" && !isPrincipalType(type)) throw new Refusal(path, expected(PRINCIPAL_TYPES.join(", "), type));
    return stringsOf(ids, `${path}/${type}`).map((id): Principal => ({ type, id }));
  });
}

const isPrincipalType = (type: string): type is PrincipalType => PRINCIPAL_TYPES.some((known) => known === type);

function conditions(value: Json | undefined, path: string): readonly Condition[] {
  if (value === undefined) return [];
  return Object.entries(objectAt(value, path)).flatMap(([operator, keys]) =>
    Object.entries(objectAt(keys, `${path}/${operator}`)).map(([key, values]) => ({
      operator,
      key,
      values: scalarsOf(values, `${path}/${operator}/${key}`),
    })),
  );
}

const stringsOf = (value: Json, path: string): readonly string[] =>
  listOf(value, path).map((item) => {
    if (typeof item !== "string") throw new Refusal(path, expected("a string or a list of strings", item));
    return bounded(item, path);
  });

/** Condition values may be written as numbers and booleans; AWS compares their text. */
const scalarsOf = (value: Json, path: string): readonly string[] =>
  listOf(value, path).map((item) => {
    if (typeof item === "object" && item !== null)
      throw new Refusal(path, expected("a value or a list of values", item));
    return bounded(String(item), path);
  });

function listOf(value: Json | undefined, path: string): readonly Json[] {
  if (value === undefined) throw new Refusal(path, "found nothing, expected a value or a list");
  const list: readonly Json[] = isList(value) ? value : [value];
  if (list.length > POLICY_BOUNDS.valuesMax) {
    throw new Refusal(path, `found ${list.length} values, expected at most ${POLICY_BOUNDS.valuesMax}`);
  }
  return list;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function bounded(text: string, path: string): string {
  if (text.length <= POLICY_BOUNDS.valueCharactersMax) return text;
  throw new Refusal(path, `found ${text.length} characters, expected at most ${POLICY_BOUNDS.valueCharactersMax}`);
}

function objectAt(value: unknown, path: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new Refusal(path, expected("an object", value));
}

function knownKeys(source: JsonObject, known: readonly string[], path: string): void {
  const unknown = Object.keys(source).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Refusal(path, expected(`one of ${known.join(", ")}`, unknown));
}

function optional<K extends string>(name: K, value: Json | undefined, path: string): { readonly [P in K]?: string } {
  if (value === undefined) return {};
  if (typeof value !== "string") throw new Refusal(path, expected("a string", value));
  const named: { [P in string]: string } = { [name]: bounded(value, path) };
  return named as { [P in K]?: string };
}

function expected(what: string, found: unknown): string {
  const shown = typeof found === "string" ? JSON.stringify(found.slice(0, 60)) : describe(found);
  return `found ${shown}, expected ${what}`;
}

function describe(found: unknown): string {
  if (found === undefined) return "nothing";
  if (Array.isArray(found)) return "a list";
  return typeof found === "object" && found !== null ? "an object" : String(found);
}
