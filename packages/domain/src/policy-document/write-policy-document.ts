import type { JsonObject } from "../json.ts";
import type { Condition, PolicyDocument, PolicyStatement, Principal, Selection } from "./policy-document.ts";

/** The document as AWS takes it; lists of one are written as lists. Parsing the result gives `document` again. */
export function writePolicyDocument(document: PolicyDocument): JsonObject {
  return {
    ...(document.version === undefined ? {} : { Version: document.version }),
    ...(document.id === undefined ? {} : { Id: document.id }),
    Statement: document.statements.map(writeStatement),
  };
}

export function writeStatement(statement: PolicyStatement): JsonObject {
  return {
    ...(statement.sid === undefined ? {} : { Sid: statement.sid }),
    Effect: statement.effect,
    ...(statement.principals === undefined ? {} : element("Principal", statement.principals, writePrincipals)),
    ...element("Action", statement.actions, (actions) => actions),
    ...(statement.resources === undefined ? {} : element("Resource", statement.resources, (resources) => resources)),
    ...(statement.conditions.length === 0 ? {} : { Condition: writeConditions(statement.conditions) }),
  };
}

function element<T>(
  name: string,
  { kind, of }: Selection<T>,
  write: (of: readonly T[]) => JsonObject | readonly string[] | string,
): JsonObject {
  return { [kind === "only" ? name : `Not${name}`]: write(of) };
}

function writePrincipals(principals: readonly Principal[]): JsonObject | string {
  if (principals.length === 1 && principals[0]?.type === "*") return "*";
  const byType = Map.groupBy(principals, (principal) => principal.type);
  return Object.fromEntries([...byType].map(([type, of]) => [type, of.map((principal) => principal.id)]));
}

function writeConditions(conditions: readonly Condition[]): JsonObject {
  const byOperator = Map.groupBy(conditions, (condition) => condition.operator);
  return Object.fromEntries(
    [...byOperator].map(([operator, of]) => [operator, Object.fromEntries(of.map(({ key, values }) => [key, values]))]),
  );
}
