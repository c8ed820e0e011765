import { accountOfPrincipal, type PolicyDocument, type Principal } from "./policy-document.ts";

export type ExternalPrincipal = { readonly principal: Principal; readonly account?: string; readonly sid?: string };

/**
 * The principals that an `Allow` names and that live outside `ownAccounts` (12-digit ids). Services are not accounts,
 * `*` is public rather than external (`isPublicStatement`); canonical users and unique ids, whose account cannot be
 * read from the document, are listed without one, since what is unknown is not known to be ours.
 */
export function externalPrincipals(
  document: PolicyDocument,
  ownAccounts: ReadonlySet<string>,
): readonly ExternalPrincipal[] {
  return document.statements.flatMap(({ effect, principals, sid }) => {
    if (effect !== "Allow" || principals?.kind !== "only") return [];
    return principals.of.filter(hasAccount).flatMap((principal) => {
      const account = accountOfPrincipal(principal);
      if (account !== undefined && ownAccounts.has(account)) return [];
      return [{ principal, ...(account === undefined ? {} : { account }), ...(sid === undefined ? {} : { sid }) }];
    });
  });
}

/** Web identity providers such as `accounts.google.com` belong to no account; their condition says who comes in. */
function hasAccount({ type, id }: Principal): boolean {
  if (id === "*" || type === "Service") return false;
  return type !== "Federated" || id.startsWith("arn:");
}
