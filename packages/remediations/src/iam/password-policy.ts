import type { JsonObject } from "@ephor/domain/json";
import type { PlannedCall } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { ask } from "../ask.ts";
import { ACCOUNT, failure, hit, malformed, nothing, OTHER_ACCOUNT, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { wholeAccount } from "../id-form.ts";
import { callOf } from "../values.ts";
import { iam } from "./iam-cases.ts";

/** CIS AWS Foundations Benchmark v3.0.0, 1.8 and 1.9; 24 is also the most that IAM remembers. */
const LENGTH_MIN = 14;
const REMEMBERED_MIN = 24;

/** The account's password policy, by IAM's names; null where IAM has nothing set. */
const policySchema = z.strictObject({
  MinimumPasswordLength: z.number(),
  RequireSymbols: z.boolean(),
  RequireNumbers: z.boolean(),
  RequireUppercaseCharacters: z.boolean(),
  RequireLowercaseCharacters: z.boolean(),
  AllowUsersToChangePassword: z.boolean(),
  MaxPasswordAge: z.number().nullable(),
  PasswordReusePrevention: z.number().nullable(),
  HardExpiry: z.boolean().nullable(),
});
type Policy = z.infer<typeof policySchema>;

/** What IAM leaves out has the value that it takes for granted (IAM API Reference, UpdateAccountPasswordPolicy). */
const flag = z.boolean().default(false);
const settingsSchema = z
  .object({
    MinimumPasswordLength: z.number().default(6),
    RequireSymbols: flag,
    RequireNumbers: flag,
    RequireUppercaseCharacters: flag,
    RequireLowercaseCharacters: flag,
    AllowUsersToChangePassword: flag,
    MaxPasswordAge: z.number().optional(),
    PasswordReusePrevention: z.number().optional(),
    HardExpiry: z.boolean().optional(),
  })
  .transform(
    ({ MaxPasswordAge, PasswordReusePrevention, HardExpiry, ...policy }): Policy => ({
      ...policy,
      // IAM answers 0 for "never" and does not take it.
      MaxPasswordAge: MaxPasswordAge || null,
      PasswordReusePrevention: PasswordReusePrevention || null,
      HardExpiry: HardExpiry ?? null,
    }),
  );

/** What stands, made no weaker anywhere. Without any policy, users may change their passwords, as they may by default. */
const strengthened = (policy: Policy | null): Policy => ({
  AllowUsersToChangePassword: policy?.AllowUsersToChangePassword ?? true,
  MaxPasswordAge: policy?.MaxPasswordAge ?? null,
  HardExpiry: policy?.HardExpiry ?? null,
  MinimumPasswordLength: Math.max(policy?.MinimumPasswordLength ?? 0, LENGTH_MIN),
  PasswordReusePrevention: Math.max(policy?.PasswordReusePrevention ?? 0, REMEMBERED_MIN),
  RequireSymbols: true,
  RequireNumbers: true,
  RequireUppercaseCharacters: true,
  RequireLowercaseCharacters: true,
});

const same = (a: Policy | null, b: Policy | null): boolean =>
  a === null || b === null ? a === b : Object.entries(inputOf(a)).toString() === Object.entries(inputOf(b)).toString();

/** All of the policy: what is left out would go back to its default. In one order, so that equal policies compare. */
function inputOf(policy: Policy): JsonObject {
  const set = Object.entries(policySchema.parse(policy)).filter(([, value]) => value !== null);
  return Object.fromEntries(set);
}

const update = (policy: Policy, says: string): PlannedCall =>
  callOf("iam", "UpdateAccountPasswordPolicy", inputOf(policy)).says(says);

const target = targetOf("AWS::::Account", ACCOUNT, { region: "us-east-1" });
const CIS = {
  MinimumPasswordLength: 14,
  RequireSymbols: true,
  RequireNumbers: true,
  RequireUppercaseCharacters: true,
  RequireLowercaseCharacters: true,
  AllowUsersToChangePassword: true,
  PasswordReusePrevention: 24,
};
const weak = { ...CIS, MinimumPasswordLength: 8, RequireSymbols: false, MaxPasswordAge: 90, HardExpiry: false };

export const passwordPolicy = defineRemediation({
  id: "iam.password-policy",
  title: "Set a strong password policy",
  description:
    "Passwords of users of IAM have at least 14 characters of four kinds, and none of the last 24 comes again. What is stricter stays; how long passwords live, and who may change theirs, stays too.",
  controls: { cis: ["1.8", "1.9"], fsbp: ["IAM.7", "IAM.15", "IAM.16"] },
  risk: "low",
  resources: wholeAccount,
  permissions: {
    read: ["iam:GetAccountPasswordPolicy"],
    write: ["iam:UpdateAccountPasswordPolicy", "iam:DeleteAccountPasswordPolicy"],
  },
  state: z.strictObject({ policy: policySchema.nullable() }),
  read: async (aws) => {
    const answer = z
      .object({ PasswordPolicy: settingsSchema })
      .transform(({ PasswordPolicy }): { policy: Policy | null } => ({ policy: PasswordPolicy }));
    const state = await ask(
      aws,
      { service: "iam", operation: "GetAccountPasswordPolicy", input: {} },
      { answer, absent: { codes: ["NoSuchEntity"], as: { policy: null } } },
    );
    return state.ok ? ok({ state: state.value }) : state;
  },
  change: ({ policy }, { account }) => {
    const wanted = strengthened(policy);
    if (same(policy, wanted))
      return { calls: [], after: { policy }, blast: `Nothing: account ${account} has such a policy.` };
    return {
      calls: [update(wanted, `Set the password policy of account ${account} to CIS's`)],
      after: { policy: wanted },
      blast: "Passwords that are in use stay valid; the next one that a user of IAM chooses has to be strong enough.",
    };
  },
  undo: ({ before, current, target: { account } }) => {
    if (same(before.policy, current.policy)) return [];
    if (before.policy !== null)
      return [update(before.policy, `Set the password policy of account ${account} as it was`)];
    return [
      callOf("iam", "DeleteAccountPasswordPolicy", {}).says(`Take the password policy off account ${account} again`),
    ];
  },
  model: {
    simulate: (_, { operation, input }) => ({
      policy: operation === "UpdateAccountPasswordPolicy" ? settingsSchema.parse(input) : null,
    }),
  },
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html",
    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html",
  ],
  cases: [
    hit("there is none", {
      target,
      answers: { GetAccountPasswordPolicy: failure("NoSuchEntity") },
      expect: {
        calls: [iam("UpdateAccountPasswordPolicy", CIS)],
        diff: [{ path: "/policy", before: null, after: { ...CIS, MaxPasswordAge: null, HardExpiry: null } }],
        undo: [iam("DeleteAccountPasswordPolicy", {})],
      },
    }),
    hit("a weak one, whose other settings stay", {
      target,
      answers: { GetAccountPasswordPolicy: { PasswordPolicy: { ...weak, ExpirePasswords: true } } },
      expect: {
        calls: [iam("UpdateAccountPasswordPolicy", { ...CIS, MaxPasswordAge: 90, HardExpiry: false })],
        diff: [
          { path: "/policy/MinimumPasswordLength", before: 8, after: 14 },
          { path: "/policy/RequireSymbols", before: false, after: true },
        ],
        undo: [iam("UpdateAccountPasswordPolicy", weak)],
      },
    }),
    nothing("a stricter one", {
      target,
      answers: {
        GetAccountPasswordPolicy: { PasswordPolicy: { ...CIS, MinimumPasswordLength: 20, ExpirePasswords: false } },
      },
    }),
    malformed("a length that is a text", {
      target,
      answers: { GetAccountPasswordPolicy: { PasswordPolicy: { MinimumPasswordLength: "8" } } },
      expect: { code: "remediation.unsupported", message: /MinimumPasswordLength/ },
    }),
    malformed("another account", {
      target: targetOf("AWS::::Account", OTHER_ACCOUNT),
      expect: { code: "remediation.target-invalid" },
    }),
  ],
});
