/** The account that may be changed. No recorded and no generated event is of it. */
export const VICTIM = "123456789012";
export const VICTIM_ROLE = "ephor-remediation";
/** Where the external id is that the victim's role asks for, in Secrets Manager of the home account. */
export const EXTERNAL_ID_SECRET = "ephor/external-id";
/** Who is careless in the victim account, and asked for approvals as the others are. */
export const CARELESS_ARN = `arn:aws:iam::${VICTIM}:user/mallory`;

const person = (id: string, more: object = {}) => ({
  ...{ id, name: `${id.charAt(0).toUpperCase()}${id.slice(1)} Example`, email: `${id}@example.org` },
  ...{ roles: ["approver"], ...more },
});

/** Reminders every quarter of an hour, three times, then the leads are asked as well, then it is denied. */
export const ESCALATING = { expiresHours: 2, escalate: "critical", fallback: "leads" } as const;

/**
 * Asks for a response to every finding, so that its workflow runs. One account may be changed, by a role there; in all
 * others a response plans, and ends. `accounts` stays empty: with it, events of others would be findings of their own.
 */
export const DEPLOYED_CONFIG = {
  people: [
    ...["ann", "bob", "cid"].map((id) => person(id)),
    person("mallory", { awsPrincipals: [CARELESS_ARN] }),
    person("olga", { roles: ["operator"] }),
    person("fay"),
  ],
  groups: { approvers: ["ann", "bob", "cid", "mallory"], leads: ["fay"] },
  responsePolicy: {
    version: 1,
    rules: [
      { ...{ match: { account: VICTIM }, mode: "approve", risk: "high" }, ...ESCALATING },
      { match: {}, mode: "approve" },
    ],
    budget: { perAccountPerHour: 20 },
  },
  remediation: {
    enabled: true,
    accounts: {
      [VICTIM]: {
        roleArn: `arn:aws:iam::${VICTIM}:role/${VICTIM_ROLE}`,
        externalId: `secretsmanager:${EXTERNAL_ID_SECRET}`,
      },
    },
  },
};
