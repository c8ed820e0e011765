import { matchesAction, matchesWildcard } from "./matches-wildcard.ts";
import type { PolicyDocument, PolicyStatement, Selection } from "./policy-document.ts";

// One action and one resource of services that have nothing in common: only a pattern for everything covers them all.
const ACTION_PROBES = ["iam:PutUserPolicy", "s3:GetObject", "ec2:RunInstances"];
const RESOURCE_PROBES = [
  "arn:aws:iam::123456789012:user/x",
  "arn:aws:s3:::x/y",
  "arn:aws:ec2:eu-west-1:123456789012:instance/i-1",
];
/** With any of these on everything, one gives oneself the rest. */
const ESCALATIONS = [
  "iam:PutUserPolicy",
  "iam:PutRolePolicy",
  "iam:AttachUserPolicy",
  "iam:AttachRolePolicy",
  "iam:CreatePolicyVersion",
];

/**
 * True if `statement` allows everything on everything: `Action` `*` or `*:*` (or `NotAction` that leaves a way to grant
 * oneself the rest) with `Resource` `*` (or `NotResource`). Conditions are not weighed: an administrator with MFA is one.
 */
export function grantsAdmin(statement: PolicyStatement): boolean {
  return statement.effect === "Allow" && allActions(statement.actions) && allResources(statement.resources);
}

export const adminStatements = (document: PolicyDocument): readonly PolicyStatement[] =>
  document.statements.filter(grantsAdmin);

/** True if the statement's `Action` or `NotAction` takes in `action` (`service:Name`, in any case). */
export function coversAction({ actions }: PolicyStatement, action: string): boolean {
  const listed = actions.of.some((pattern) => matchesAction(pattern, action));
  return actions.kind === "only" ? listed : !listed;
}

function allActions({ kind, of }: Selection<string>): boolean {
  if (kind === "only") return of.some((pattern) => ACTION_PROBES.every((probe) => matchesAction(pattern, probe)));
  return ESCALATIONS.some((action) => !of.some((pattern) => matchesAction(pattern, action)));
}

function allResources(resources: Selection<string> | undefined): boolean {
  if (resources === undefined) return false;
  if (resources.kind === "all-but") return !resources.of.includes("*");
  return resources.of.some((pattern) => RESOURCE_PROBES.every((probe) => matchesWildcard(pattern, probe)));
}
