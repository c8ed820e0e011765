import { ACCOUNT, MALLORY } from "./careless-account.ts";

/** The role that remediations change the account as; the node reads its external id from the environment. */
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/ephor-remediation`;
export const EXTERNAL_ID_VARIABLE = "EPHOR_SANDBOX_EXTERNAL_ID";

/** Two people who decide, one who was careless, and a policy that asks before anything that matters is changed. */
export const sandboxConfig = ({ isReachable }: { readonly isReachable: boolean }) => ({
  version: 1,
  accounts: { [ACCOUNT]: { environment: "sandbox" } },
  people: [
    { id: "maya", name: "Maya Approver", email: "maya@example.com", roles: ["approver"] },
    { id: "jonas", name: "Jonas Approver", email: "jonas@example.com", roles: ["approver"] },
    { id: "mallory", name: "Mallory Careless", email: "mallory@example.com", awsPrincipals: [MALLORY] },
  ],
  groups: { approvers: ["maya", "jonas"] },
  responsePolicy: {
    version: 1,
    rules: [{ match: { severity: ["high", "critical"] }, mode: "approve", risk: "medium" }],
    budget: { perAccountPerHour: 20 },
  },
  remediation: {
    enabled: isReachable,
    accounts: isReachable ? { [ACCOUNT]: { roleArn: ROLE_ARN, externalId: `env:${EXTERNAL_ID_VARIABLE}` } } : {},
  },
});
