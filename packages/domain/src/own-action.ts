import type { Actor } from "./finding.ts";

/** Ephor's own sessions are named so: `ephor-write-fnd_…`. */
export const OWN_SESSION_PREFIX = "ephor-";

/**
 * Whether `actor` is Ephor itself, as it changes an account: the role that the configuration names there, in a session of
 * Ephor's. Anybody may name a session so; only the role's trust policy says who may open one of it.
 */
export function isOwnAction(roleArn: string | undefined, actor: Actor | null): boolean {
  if (roleArn === undefined || actor?.type !== "AssumedRole" || actor.arn !== roleArn) return false;
  return actor.name?.split("/").at(-1)?.startsWith(OWN_SESSION_PREFIX) ?? false;
}

/** What the configuration says of an account's role. */
export const ownRoleIn =
  (config: {
    readonly remediation: {
      readonly accounts: { readonly [account: string]: { readonly roleArn?: string } | undefined };
    };
  }) =>
  (account: string): string | undefined =>
    Object.hasOwn(config.remediation.accounts, account) ? config.remediation.accounts[account]?.roleArn : undefined;
