import type { Input } from "@pulumi/pulumi";

type Values = Input<string> | readonly Input<string>[];
type Shared = {
  readonly Sid?: string;
  readonly Effect?: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Values>>>>;
};
/** A statement of a role's policy, as IAM writes it. */
export type Statement = Shared & { readonly Resource: Values };
/** A statement of a resource's policy. */
export type ResourceStatement = Statement & {
  readonly Principal: "*" | Readonly<Record<string, string | readonly string[]>>;
};
type TrustStatement = Shared & { readonly Principal: Readonly<Record<string, string>> };

/** A policy as JSON text, with whatever is known only later filled in. */
export const policyOf = (statements: readonly (Statement | ResourceStatement | TrustStatement)[]) =>
  $util.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });

/** Services that say for which account they act when they assume a role; Lambda does not. */
const NAMES_ACCOUNT = ["states.amazonaws.com", "scheduler.amazonaws.com", "events.amazonaws.com"];

/** Who may take on a role: one AWS service, on behalf of this account where the service says so. */
export const trustOf = (service: string, account: string) => {
  const condition = { Condition: { StringEquals: { "aws:SourceAccount": account } } };
  const named = NAMES_ACCOUNT.includes(service) ? condition : {};
  return policyOf([{ Action: "sts:AssumeRole", Principal: { Service: service }, ...named }]);
};

/** Refuses whatever does not come over TLS. */
export const tlsOnly = (action: string, resources: Values): ResourceStatement => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: action,
  Resource: resources,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
