import type { AwsCall } from "@ephor/domain/aws-call";
import type { PlannedCall, RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { addSeconds, parseTimestamp, type Timestamp } from "@ephor/domain/time";
import { z } from "zod";
import { type Asked, ask, unsupported } from "../ask.ts";
import { failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { callOf } from "../values.ts";
import { type AccessKey, keyStatusSchema, listKeys } from "./access-key.ts";
import { aUser, bob, iam, NO_USER } from "./iam-cases.ts";
import { GONE, nameOf, type Principal, principalInput, readPrincipal, users } from "./principal.ts";

/** Security Hub, IAM.8. */
const UNUSED_DAYS_MIN = 90;
const DAY_SECONDS = 86_400;

const stateSchema = z.strictObject({
  /** When the finding was last seen: what "unused for" is counted to. */
  asOf: z.string(),
  unusedDaysMin: z.number(),
  /** The console password, if there is one that was not used for so long. */
  password: z.strictObject({ unusedSince: z.string() }).nullable(),
  /** Keys that were not used for so long; those in use are none of this one's business. */
  keys: z.array(z.strictObject({ id: z.string(), status: keyStatusSchema, unusedSince: z.string() })),
});
type State = z.infer<typeof stateSchema>;

const usedSchema = z.object({
  AccessKeyLastUsed: z.object({ LastUsedDate: z.iso.datetime({ offset: true }).optional() }),
});
const passwordSchema = z.object({ LoginProfile: z.object({ CreateDate: z.iso.datetime({ offset: true }) }) });

/** The latest of the times at which a credential was made or used; undefined where one of them cannot be read. */
function latest(times: readonly (string | undefined)[]): Timestamp | undefined {
  const read = times.flatMap((time) => (time === undefined ? [] : [parseTimestamp(time)]));
  return read.reduce((last, time) =>
    last === undefined || time === undefined ? undefined : last > time ? last : time,
  );
}

type Counted = { readonly since: Timestamp | undefined; readonly limit: Timestamp };
const isUnused = ({ since, limit }: Counted): boolean => since !== undefined && since < limit;

async function unusedKeys(
  aws: AwsCall,
  of: { keys: readonly AccessKey[]; limit: Timestamp },
): Promise<Asked<State["keys"]>> {
  const unused: State["keys"] = [];
  for (const { id, status, createdAt } of of.keys) {
    const used = await ask(
      aws,
      { service: "iam", operation: "GetAccessKeyLastUsed", input: { AccessKeyId: id } },
      { answer: usedSchema, gone: GONE },
    );
    if (!used.ok) return used;
    const since = latest([createdAt, used.value.AccessKeyLastUsed.LastUsedDate]);
    if (since !== undefined && isUnused({ since, limit: of.limit })) unused.push({ id, status, unusedSince: since });
  }
  return ok(unused.sort((a, b) => (a.id < b.id ? -1 : 1)));
}

async function unusedPassword(
  aws: AwsCall,
  of: { target: RemediationTarget; principal: Principal; limit: Timestamp },
): Promise<Asked<State["password"]>> {
  const profile = await ask<z.infer<typeof passwordSchema> | null>(
    aws,
    { service: "iam", operation: "GetLoginProfile", input: principalInput(of.target) },
    { answer: passwordSchema, absent: { codes: GONE, as: null } },
  );
  if (!profile.ok) return profile;
  if (profile.value === null) return ok(null);
  const since = latest([profile.value.LoginProfile.CreateDate, of.principal.PasswordLastUsed]);
  return ok(since !== undefined && isUnused({ since, limit: of.limit }) ? { unusedSince: since } : null);
}

const dayOf = (time: string): string => time.slice(0, 10);

function setKey(target: RemediationTarget, { id, unusedSince, status }: State["keys"][number]): PlannedCall {
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

export const disableUnusedCredentials = defineRemediation<State>({
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
  state: stateSchema,
  read: async (aws, of) => {
    const asOf = of.lastSeenAt;
    if (asOf === undefined) return unsupported("nobody says when the finding was last seen");
    const limit = addSeconds(asOf, -UNUSED_DAYS_MIN * DAY_SECONDS);
    const principal = await readPrincipal(aws, of);
    if (!principal.ok) return principal;
    const all = await listKeys(aws, of.resource.id);
    if (!all.ok) return all;
    const unused = await unusedKeys(aws, { keys: all.value, limit });
    if (!unused.ok) return unused;
    const login = await unusedPassword(aws, { target: of, principal: principal.value, limit });
    if (!login.ok) return login;
    const state = { asOf, unusedDaysMin: UNUSED_DAYS_MIN, password: login.value, keys: unused.value };
    return ok({ state, tags: principal.value.Tags });
  },
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
    const after: State = {
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
