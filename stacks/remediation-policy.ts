import type { Remediation } from "@ephor/domain/remediation";
import { REMEDIATION_ACTIONS, type ServiceActions } from "./remediation-actions.ts";

/** As IAM writes it; a program that knows Pulumi is not needed to make one. */
type Statement = {
  readonly Sid?: string;
  readonly Effect?: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** With this tag at `true`, a resource is changed by no remediation, where AWS can refuse by a tag at all. */
export const PROTECTED_TAG = "ephor:protected";

type Permissions = Pick<Remediation, "permissions">;
type Of = { readonly partition: string; readonly account: string; readonly remediations: readonly Permissions[] };

/**
 * What a remediation role may do: the exact actions of all remediations, each on the account's resources of the kind it is
 * for. One session may do much less: its policy allows the actions of one remediation in one Region. Throws the name of an
 * action that stacks/remediation-actions.ts does not know.
 */
export function remediationStatements({ partition, account, remediations }: Of): readonly Statement[] {
  const reads = remediations.flatMap(({ permissions }) => permissions.read);
  const writes = remediations.flatMap(({ permissions }) => permissions.write);
  const actions = [...new Set([...reads, ...writes])].sort();
  const scopes = Map.groupBy(actions, (action) => scopeOf(action).join());
  const allowed = [...scopes].map(([scope, of]): Statement => {
    if (scope === "") return { Action: of, Resource: "*" };
    const ends = scope.split(",");
    const resources = ends.map((end) => `arn:${partition}:${end.replace("{account}", account)}`);
    const isShared = ends.some((end) => !end.includes("{account}") && !end.startsWith(OF_AWS));
    const held = { Condition: { StringEquals: { "aws:ResourceAccount": account } } };
    return { Action: of, Resource: resources, ...(isShared ? held : {}) };
  });
  return [...allowed, refusedByTag(writes), ownRoles(writes, { partition, account })];
}

/** Policies that AWS keeps. */
const OF_AWS = "iam::aws:";
/** Groups have no tags. */
const HAS_NO_TAGS = ":group/";

/** Ephor's own roles are no business of a remediation: not to be shut out by it, nor to grow by it. */
const ownRoles = (writes: readonly string[], { partition, account }: Omit<Of, "remediations">): Statement => ({
  Sid: "NotEphorItself",
  Effect: "Deny",
  Action: [...new Set(writes)].filter((action) => action.startsWith("iam:")).sort(),
  Resource: `arn:${partition}:iam::${account}:role/ephor-*`,
});

function refusedByTag(writes: readonly string[]): Statement {
  const isTagged = (action: string): boolean =>
    serviceOf(action).hasResourceTag && scopeOf(action).some((end) => !end.includes(HAS_NO_TAGS));
  return {
    Sid: "ProtectedByTag",
    Effect: "Deny",
    Action: [...new Set(writes)].filter(isTagged).sort(),
    Resource: "*",
    Condition: { StringEqualsIgnoreCase: { [`aws:ResourceTag/${PROTECTED_TAG}`]: "true" } },
  };
}

function serviceOf(action: string): ServiceActions {
  const [prefix = ""] = action.split(":");
  const service = Object.hasOwn(REMEDIATION_ACTIONS, prefix) ? REMEDIATION_ACTIONS[prefix] : undefined;
  if (service === undefined) throw new Error(`${action}: its service is not in stacks/remediation-actions.ts`);
  return service;
}

/** The ends of the ARNs that an action is for; none where it has no resource-level permission. */
export function scopeOf(action: string): readonly string[] {
  const { unscoped = [], scoped = {} } = serviceOf(action);
  const [, name = ""] = action.split(":");
  const ends = Object.entries(scoped).flatMap(([end, actions]) => (actions.includes(name) ? [end] : []));
  if (ends.length === 0 && !unscoped.includes(name)) {
    throw new Error(`${action} is not in stacks/remediation-actions.ts: say there what it may be allowed on`);
  }
  return ends.sort();
}

type Trust = { readonly principal: unknown; readonly roles: unknown; readonly externalId: unknown };

/** Who may take a remediation role on: these roles alone, and only with the external id. */
export const remediationTrust = ({ principal, roles, externalId }: Trust) => ({
  Effect: "Allow",
  Principal: { AWS: principal },
  Action: "sts:AssumeRole",
  Condition: { ArnEquals: { "aws:PrincipalArn": roles }, StringEquals: { "sts:ExternalId": externalId } },
});
