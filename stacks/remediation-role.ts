import type { Config } from "@ephor/domain/config/config";
import { remediations } from "@ephor/remediations/catalogue";
import { arnsOf, type Context, nameOf } from "./context.ts";
import { policyOf } from "./policy.ts";
import { remediationStatements, remediationTrust } from "./remediation-policy.ts";

export type RemediationAccounts = Config["remediation"]["accounts"];

/** Of the role in the home account; other accounts have the name that their template gives. */
const ROLE = "remediation";

type Home = Pick<Context, "stage" | "account" | "partition">;
export const homeRoleArn = (context: Home): string =>
  `arn:${context.partition}:iam::${context.account}:role/${nameOf(context, ROLE)}`;
/** No secret (IAM User Guide, "The confused deputy problem"): it keeps the role from being taken on for another stage. */
export const homeExternalId = (context: Home): string => nameOf(context, `${ROLE}-${context.account}`);

/** The roles of all accounts that may be changed. Throws where one has none, or the home account an external id of its own. */
export function remediationRoleArns(
  context: Home & { readonly remediationAccounts: RemediationAccounts },
): readonly string[] {
  return Object.entries(context.remediationAccounts).map(([account, { roleArn, externalId }]) => {
    if (roleArn !== undefined) return roleArn;
    const where = `remediation.accounts.${account}`;
    if (account !== context.account) {
      throw new Error(
        `${where} names no roleArn: Ephor runs in ${context.account} and needs a role there (docs/examples/remediation-role.template.json).`,
      );
    }
    if (externalId === undefined) return homeRoleArn(context);
    throw new Error(
      `${where} has an externalId without a roleArn: the role that the deployment makes has its own. Leave it out.`,
    );
  });
}

/** The names of the functions' roles that take a remediation role on. */
export const remediationPrincipals = (context: Context): readonly string[] =>
  context.functions
    .filter(({ needs }) => needs.remediation === true)
    .map(({ name }) => `arn:${context.partition}:iam::${context.account}:role/${nameOf(context, name)}`);

/** The remediation role of the home account, where its configuration says that it may be changed and names no other. */
export function remediationRole(context: Context): void {
  if (!remediationRoleArns(context).includes(homeRoleArn(context))) return;
  const { account, partition } = context;
  const role = new aws.iam.Role("Role-remediation", {
    name: nameOf(context, ROLE),
    description: `Ephor ${context.stage.name}: what remediations may change here`,
    // AWS's least; a session is for a quarter of it.
    maxSessionDuration: 3600,
    assumeRolePolicy: $util.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        remediationTrust({
          principal: arnsOf(context).root,
          roles: remediationPrincipals(context),
          externalId: homeExternalId(context),
        }),
      ],
    }),
  });
  new aws.iam.RolePolicy("Grants-remediation", {
    name: "remediations",
    role: role.name,
    policy: policyOf(remediationStatements({ account, partition, remediations })),
  });
}
