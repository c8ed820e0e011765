/**
 * An IAM policy document after parsing: every element that AWS lets be single or a list is a list here.
 * Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export type PolicyDocument = {
  readonly version?: string;
  readonly id?: string;
  readonly statements: readonly PolicyStatement[];
};

export type PolicyStatement = {
  readonly sid?: string;
  readonly effect: "Allow" | "Deny";
  /** Absent in identity policies, where the principal is whoever the policy is attached to. */
  readonly principals?: Selection<Principal>;
  readonly actions: Selection<string>;
  /** Absent in trust policies, where the resource is the role itself. */
  readonly resources?: Selection<string>;
  /** All must hold; within one, any of its values. */
  readonly conditions: readonly Condition[];
};

/** `only`: the plain element (`Action`); `all-but`: its negation (`NotAction`), everything except what is listed. */
export type Selection<T> = { readonly kind: "only" | "all-but"; readonly of: readonly T[] };

export const PRINCIPAL_TYPES = ["AWS", "Service", "Federated", "CanonicalUser"] as const;
export type PrincipalType = (typeof PRINCIPAL_TYPES)[number];
/** `type` `*` is the element written as plain `"*"`, which grants the same as `{"AWS":"*"}`. */
export type Principal = { readonly type: PrincipalType | "*"; readonly id: string };

export type Condition = { readonly operator: string; readonly key: string; readonly values: readonly string[] };

const ACCOUNT = /^\d{12}$/;

/** The account that `principal` lives in; none for services, canonical users, web identities and unique ids. */
export function accountOfPrincipal(principal: Principal): string | undefined {
  if (principal.type === "Service") return undefined;
  const account = principal.id.startsWith("arn:") ? principal.id.split(":")[4] : principal.id;
  return account !== undefined && ACCOUNT.test(account) ? account : undefined;
}
