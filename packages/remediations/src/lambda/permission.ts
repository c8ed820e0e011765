import type { JsonObject } from "@ephor/domain/json";
import { isEveryone } from "@ephor/domain/policy-document/is-public-statement";
import type { Condition, PolicyStatement } from "@ephor/domain/policy-document/policy-document";
import { z } from "zod";

/**
 * A statement as AddPermission makes it, which is the only way to make one. Only what lets everyone in is kept, so the
 * principal is always `*`.
 */
export const permissionSchema = z.strictObject({
  sid: z.string().min(1),
  action: z.string().min(1),
  /** `SourceArn`, `FunctionUrlAuthType`, … by the names of AddPermission. */
  scope: z.record(z.string(), z.union([z.string(), z.boolean()])),
});
export type Permission = z.infer<typeof permissionSchema>;

/** AddPermission's parameters by the condition that each becomes (Lambda API Reference, AddPermission). */
const SCOPES: Readonly<Record<string, string>> = {
  "stringequals lambda:functionurlauthtype": "FunctionUrlAuthType",
  "stringequals lambda:eventsourcetoken": "EventSourceToken",
  "bool lambda:invokedviafunctionurl": "InvokedViaFunctionUrl",
  "arnlike aws:sourcearn": "SourceArn",
  "arnequals aws:sourcearn": "SourceArn",
};

/** The permission that makes `statement`, or undefined where AddPermission could not make it again. */
export function permissionOf({ sid, actions, principals, conditions }: PolicyStatement): Permission | undefined {
  const [action, ...otherActions] = actions.of;
  const [principal, ...others] = principals?.of ?? [];
  if (sid === undefined || sid === "" || action === undefined || principal === undefined) return undefined;
  if (actions.kind !== "only" || principals?.kind !== "only" || principal.id !== "*" || !isEveryone(principal)) {
    return undefined;
  }
  if (otherActions.length + others.length > 0) return undefined;
  const scopes = conditions.map(scopeOf);
  const known = scopes.filter((scope) => scope !== undefined);
  if (known.length < scopes.length) return undefined;
  return { sid, action, scope: Object.fromEntries(known) };
}

function scopeOf({ operator, key, values }: Condition): readonly [string, string | boolean] | undefined {
  const name = SCOPES[`${operator.toLowerCase()} ${key.toLowerCase()}`];
  const [value, ...more] = values;
  if (name === undefined || value === undefined || more.length > 0) return undefined;
  return [name, name === "InvokedViaFunctionUrl" ? value === "true" : value];
}

/** What AddPermission takes to make the permission again. */
export const addInput = ({ sid, action, scope }: Permission): JsonObject => ({
  StatementId: sid,
  Action: action,
  Principal: "*",
  ...scope,
});

export const permissionGiven = ({ StatementId, Action, Principal: _, ...more }: JsonObject): Permission => {
  const { FunctionName: _name, Qualifier: _qualifier, ...scope } = more;
  return permissionSchema.parse({ sid: StatementId, action: Action, scope });
};
