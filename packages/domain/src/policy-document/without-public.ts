import type { EphorError } from "../error.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { ok, type Result } from "../result.ts";
import { isEveryone, isPublicStatement } from "./is-public-statement.ts";
import { parsePolicyDocument } from "./parse-policy-document.ts";
import type { PolicyStatement } from "./policy-document.ts";

export type PublicCut = {
  /** As it was written, without what is public. Null when no statement is left: AWS takes no empty policy. */
  readonly document: JsonObject | null;
  /** Statements that go as wholes: nobody but everyone was meant. */
  readonly removed: readonly PolicyStatement[];
  /** Statements that also name somebody, who stays. */
  readonly narrowed: readonly PolicyStatement[];
};

/**
 * A resource policy, as AWS gives it, without what it allows to everyone (`isPublicStatement`). All else stays as it is
 * written: order, single values and lists, `Sid`s. `NotPrincipal` names whom it leaves out, so nobody would stay.
 * Errors: `policy-document.invalid`.
 */
export function withoutPublic(source: JsonObject): Result<PublicCut, EphorError<"policy-document.invalid">> {
  const parsed = parsePolicyDocument(source);
  if (!parsed.ok) return parsed;
  const written = listOf(source["Statement"]);
  const removed: PolicyStatement[] = [];
  const narrowed: PolicyStatement[] = [];
  const kept = parsed.value.statements.flatMap((statement, index): readonly Json[] => {
    const as = written[index] ?? null;
    if (!isPublicStatement(statement)) return [as];
    const rest = withNamedOnly(as);
    (rest === undefined ? removed : narrowed).push(statement);
    return rest === undefined ? [] : [rest];
  });
  if (removed.length + narrowed.length === 0) return ok({ document: source, removed, narrowed });
  if (kept.length === 0) return ok({ document: null, removed, narrowed });
  const [only] = kept;
  const isSingle = !Array.isArray(source["Statement"]) && only !== undefined;
  return ok({ document: { ...source, Statement: isSingle ? only : kept }, removed, narrowed });
}

/** The statement with the principals that it names; undefined where it names nobody. */
function withNamedOnly(statement: Json): JsonObject | undefined {
  if (!isJsonObject(statement)) return undefined;
  const principal = statement["Principal"];
  if (!isJsonObject(principal)) return undefined;
  const named = Object.entries(principal).flatMap(([type, ids]) => {
    const left = Array.isArray(ids) ? ids.filter((id: Json) => !isOpen(id)) : ids;
    return isOpen(left) || (Array.isArray(left) && left.length === 0) ? [] : [[type, left] as const];
  });
  return named.length === 0 ? undefined : { ...statement, Principal: Object.fromEntries(named) };
}

const isOpen = (id: Json): boolean => typeof id === "string" && isEveryone({ type: "AWS", id });

export const listOf = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : isList(value) ? value : [value];
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
