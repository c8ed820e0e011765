import {
  accountOfPrincipal,
  type Condition,
  type PolicyDocument,
  type PolicyStatement,
  type Principal,
  type Selection,
} from "./policy-document.ts";

/** What a policy document has when no version is written (IAM JSON policy reference, Version). */
const VERSION_DEFAULT = "2008-10-17";

/**
 * A text that two documents share exactly if AWS evaluates them alike: lists are sorted sets; actions, condition
 * operators and keys are lower-case; an account id and its root ARN, and `"*"` and `{"AWS":"*"}`, are one principal.
 * `Id` and `Sid` are part of it: they change nothing in effect, but they are what people find a statement by.
 */
export function canonicalPolicy(document: PolicyDocument): string {
  return JSON.stringify([
    document.version ?? VERSION_DEFAULT,
    document.id ?? "",
    sortedSet(document.statements.map(canonicalStatement)),
  ]);
}

export const samePolicy = (a: PolicyDocument, b: PolicyDocument): boolean => canonicalPolicy(a) === canonicalPolicy(b);

export function canonicalStatement(statement: PolicyStatement): string {
  return JSON.stringify([
    statement.sid ?? "",
    statement.effect,
    selection(statement.principals, principal),
    selection(statement.actions, (action) => action.toLowerCase()),
    selection(statement.resources, (resource) => resource),
    sortedSet(statement.conditions.map(condition)),
  ]);
}

function selection<T>(selected: Selection<T> | undefined, write: (item: T) => string): unknown {
  return selected === undefined ? null : [selected.kind, sortedSet(selected.of.map(write))];
}

function principal({ type, id }: Principal): string {
  if (id === "*" && (type === "*" || type === "AWS")) return "AWS *";
  const account = accountOfPrincipal({ type, id });
  const isRoot = account !== undefined && (id === account || /^arn:aws:iam::\d{12}:root$/.test(id));
  return isRoot ? `${type} ${account}` : `${type} ${id}`;
}

const condition = ({ operator, key, values }: Condition): string =>
  JSON.stringify([operator.toLowerCase(), key.toLowerCase(), sortedSet(values)]);

const sortedSet = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();
