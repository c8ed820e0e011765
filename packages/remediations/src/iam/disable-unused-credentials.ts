import type { PlannedCall, RemediationTarget } from "@ephor/domain/remediation";
import { parseTimestamp } from "@ephor/domain/time";
import { failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { callOf } from "../values.ts";
import { keyStatusSchema } from "./access-key.ts";
import { aUser, bob, iam, NO_USER } from "./iam-cases.ts";
import { nameOf, principalInput, users } from "./principal.ts";
import { readUnused, type Unused, unusedSchema } from "./unused-credentials.ts";

const dayOf = (time: string): string => time.slice(0, 10);

function setKey(target: RemediationTarget, { id, unusedSince, status }: Unused["keys"][number]): PlannedCall {
  const says =
    status === "Inactive"
      ? `Deactivate access key ${id} of ${nameOf(target)}, unused since ${dayOf(unusedSince)}`
      : `Activate access key ${id} of ${nameOf(target)} again`;
  return callOf("iam", "UpdateAccessKey", { ...principalInput(target), AccessKeyId: id, Status: status }).says(says);
}

const SEEN = parseTimestamp("2026-01-15T10:18:00Z");
const target = { ...bob, ...(SEEN === undefined ? {} : { lastSeenAt: SEEN }) };
const [OLD, NEW] = ["AKIAEXAMPLE000000001", "AKIAEXAMPLE000000002"];
const key = (AccessKeyId: string, Status: string) => ({
  ...{ UserName: "bob", AccessKeyId, Status, CreateDate: "2020-02-03T04:05:06.000Z" },
});
const keys = (...AccessKeyMetadata: ReturnType<typeof key>[]) => ({
  ListAccessKeys: { AccessKeyMetadata, IsTruncated: false },
});
const used = (LastUsedDate?: string) => ({
  UserName: "bob",
  AccessKeyLastUsed: {
    ...{ ServiceName: "s3", Region: "eu-west-1" },
    ...(LastUsedDate === undefined ? {} : { LastUsedDate }),
  },
});
const noPassword = { GetLoginProfile: failure("NoSuchEntity") };
const password = {
  GetLoginProfile: {
    LoginProfile: { UserName: "bob", CreateDate: "2020-02-03T04:05:06.000Z", PasswordResetRequired: false },
  },
};
const update = (AccessKeyId: string, Status: string) =>
  iam("UpdateAccessKey", { UserName: "bob", AccessKeyId, Status });

export const disableUnusedCredentials = defineRemediation<Unused>({
  id: "iam.disable-unused-credentials",
  title: "Disable credentials that were unused for 90 days",
  description:
    "Deactivates the user's access keys, and removes the console password, that nobody used in the 90 days before the finding was last seen. Credentials that were used since stay.",
  controls: { fsbp: ["IAM.8", "IAM.22"], cis: ["1.12"] },
  risk: "medium",
  irreversible:
    "A removed console password cannot be brought back: the user is given a new one. Keys can be activated again.",
  resources: users,
  permissions: {
    read: ["iam:GetUser", "iam:ListAccessKeys", "iam:GetAccessKeyLastUsed", "iam:GetLoginProfile"],
    write: ["iam:UpdateAccessKey", "iam:DeleteLoginProfile"],
  },
  state: unusedSchema,
  read: readUnused,
  change: (state, of) => {
    const active = state.keys.filter(({ status }) => status === "Active");
    const remove =
      state.password === null
        ? []
        : [
            callOf("iam", "DeleteLoginProfile", principalInput(of)).says(
              `Remove the console password of ${nameOf(of)}, unused since ${dayOf(state.password.unusedSince)}`,
            ),
          ];
    const calls = [...active.map((each) => setKey(of, { ...each, status: "Inactive" })), ...remove];
    const after: Unused = {
      ...state,
      password: null,
      keys: state.keys.map((each) => (each.status === "Active" ? { ...each, status: "Inactive" } : each)),
    };
    const blast =
      calls.length === 0
        ? `Nothing: ${nameOf(of)} has no credentials that were unused so long.`
        : `Jobs of ${nameOf(of)} that run less often than every ${state.unusedDaysMin} days fail; a person who comes back needs a new password.`;
    return { calls, after, blast };
  },
  undo: ({ before, current, target: of }) =>
    before.keys.flatMap((each) => {
      const now = current.keys.find(({ id }) => id === each.id);
      return each.status === "Active" && now?.status === "Inactive" ? [setKey(of, each)] : [];
    }),
  model: {
    simulate: (state, { operation, input }) => {
      if (operation === "DeleteLoginProfile") return { ...state, password: null };
      const status = keyStatusSchema.parse(input["Status"]);
      return {
        ...state,
        keys: state.keys.map((each) => (each.id === input["AccessKeyId"] ? { ...each, status } : each)),
      };
    },
  },
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
  ],
  cases: [
    hit("a key and a password that nobody uses; a key in use stays", {
      target,
      answers: {
        ...aUser({ PasswordLastUsed: "2025-03-04T05:06:07.000Z" }),
        ...keys(key(OLD, "Active"), key(NEW, "Active")),
        GetAccessKeyLastUsed: [used("2025-06-07T08:09:10.000Z"), used("2026-01-10T00:00:00.000Z")],
        ...password,
      },
      expect: {
        tags: { team: "web" },
        calls: [update(OLD, "Inactive"), iam("DeleteLoginProfile", { UserName: "bob" })],
        diff: [
          {
            path: "/keys",
            before: [{ id: OLD, status: "Active", unusedSince: "2025-06-07T08:09:10.000Z" }],
            after: [{ id: OLD, status: "Inactive", unusedSince: "2025-06-07T08:09:10.000Z" }],
          },
          { path: "/password", before: { unusedSince: "2025-03-04T05:06:07.000Z" }, after: null },
        ],
        undo: [update(OLD, "Active")],
      },
    }),
    hit("a key that was never used", {
      target,
      answers: { ...aUser(), ...keys(key(OLD, "Active")), GetAccessKeyLastUsed: used(), ...noPassword },
      expect: { calls: [update(OLD, "Inactive")] },
    }),
    nothing("a key that is inactive, and no password", {
      target,
      answers: { ...aUser(), ...keys(key(OLD, "Inactive")), GetAccessKeyLastUsed: used(), ...noPassword },
    }),
    nothing("a key and a password used within 90 days", {
      target,
      answers: {
        ...aUser({ PasswordLastUsed: "2026-01-14T00:00:00.000Z" }),
        ...keys(key(OLD, "Active")),
        GetAccessKeyLastUsed: used("2025-10-17T10:18:00.000Z"),
        ...password,
      },
    }),
    malformed("the user is gone", {
      target,
      answers: { GetUser: [NO_USER, failure("NoSuchEntity")] },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("a time that is none", {
      target,
      answers: { ...aUser(), ...keys(key(OLD, "Active")), GetAccessKeyLastUsed: used("yesterday") },
      expect: { code: "remediation.unsupported", message: /LastUsedDate/ },
    }),
    malformed("nobody says when", {
      target: bob,
      answers: {},
      expect: { code: "remediation.unsupported", message: /last seen/ },
    }),
    malformed("a role", {
      target: targetOf("AWS::IAM::Role", "deploy"),
      expect: { code: "remediation.target-invalid" },
    }),
  ],
});
