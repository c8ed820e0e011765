import type { AwsCall } from "@ephor/domain/aws-call";
import { ephorError } from "@ephor/domain/error";
import type { PlannedCall, RemediationTarget } from "@ephor/domain/remediation";
import { err, ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask, resourceGone, unsupported } from "../ask.ts";
import { failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { quoted } from "../quoted.ts";
import { callOf } from "../values.ts";
import { KEY_FORM, keyStatusSchema, listKeys } from "./access-key.ts";
import { aUser, bob, iam, NO_USER } from "./iam-cases.ts";
import { GONE, readPrincipal, users } from "./principal.ts";

const stateSchema = z.strictObject({ user: z.string(), accessKeyId: z.string(), status: keyStatusSchema });
type State = z.infer<typeof stateSchema>;

/** The key that a finding is about: its resource, or what the evidence names. */
const keyOf = ({ resource, evidence }: RemediationTarget): string | undefined => {
  if (resource.type === "AWS::IAM::AccessKey") return resource.id;
  return typeof evidence["accessKeyId"] === "string" ? evidence["accessKeyId"] : undefined;
};

async function userOf(
  aws: AwsCall,
  { target, key }: { target: RemediationTarget; key: string },
): Promise<Asked<string>> {
  if (target.resource.type !== "AWS::IAM::AccessKey") return ok(target.resource.id);
  const used = await ask(
    aws,
    { service: "iam", operation: "GetAccessKeyLastUsed", input: { AccessKeyId: key } },
    { answer: z.object({ UserName: z.string() }), gone: GONE },
  );
  if (!used.ok) return used;
  const { UserName } = used.value;
  const isUser = users["AWS::IAM::User"].pattern.test(UserName) && UserName !== target.account;
  if (isUser) return ok(UserName);
  return unsupported(`access key ${key} belongs to ${quoted(UserName)}, which is no user of IAM`);
}

const set = ({ user: UserName, accessKeyId: AccessKeyId }: State, Status: "Active" | "Inactive"): PlannedCall =>
  callOf("iam", "UpdateAccessKey", { UserName, AccessKeyId, Status }).says(
    Status === "Inactive"
      ? `Deactivate access key ${AccessKeyId} of user ${quoted(UserName)}`
      : `Activate access key ${AccessKeyId} of user ${quoted(UserName)} again`,
  );

const KEY = "AKIAEXAMPLE000000001";
const bobsKey = { ...bob, evidence: { accessKeyId: KEY, caller: null } };
const keyTarget = targetOf("AWS::IAM::AccessKey", KEY, { region: "us-east-1" });
const listed = (Status: string, AccessKeyId = KEY) => ({
  ListAccessKeys: {
    AccessKeyMetadata: [{ UserName: "bob", AccessKeyId, Status, CreateDate: "2025-01-02T03:04:05.000Z" }],
    IsTruncated: false,
  },
});
const update = (Status: string) => iam("UpdateAccessKey", { UserName: "bob", AccessKeyId: KEY, Status });

export const deactivateAccessKey = defineRemediation<State>({
  id: "iam.deactivate-access-key",
  title: "Deactivate an access key",
  description:
    "The one key can no longer sign requests; the user's other keys and password go on working. The key is kept, so that it can be activated again and what it did can be traced.",
  controls: { fsbp: ["IAM.3"], cis: ["1.13", "1.14"] },
  risk: "medium",
  resources: { ...users, "AWS::IAM::AccessKey": KEY_FORM },
  permissions: {
    read: ["iam:GetUser", "iam:ListAccessKeys", "iam:GetAccessKeyLastUsed"],
    write: ["iam:UpdateAccessKey"],
  },
  state: stateSchema,
  read: async (aws, target) => {
    const key = keyOf(target);
    if (key?.startsWith("ASIA") === true)
      return unsupported("a session's key cannot be deactivated: revoke the sessions");
    if (key === undefined || !KEY_FORM.pattern.test(key)) {
      const found = key === undefined ? "nothing" : quoted(key);
      const message = `found ${found}, expected ${KEY_FORM.expected}`;
      return err(ephorError("remediation.target-invalid", message, { path: "/evidence/accessKeyId" }));
    }
    const user = await userOf(aws, { target, key });
    if (!user.ok) return user;
    const resource = { ...target.resource, type: "AWS::IAM::User", id: user.value };
    const principal = await readPrincipal(aws, { ...target, resource });
    if (!principal.ok) return principal;
    const keys = await listKeys(aws, user.value);
    if (!keys.ok) return keys;
    const found = keys.value.find(({ id }) => id === key);
    if (found === undefined) return resourceGone(`user ${quoted(user.value)} has no access key ${key}`);
    return ok({ state: { user: user.value, accessKeyId: key, status: found.status }, tags: principal.value.Tags });
  },
  fromEvidence: (target) => {
    const key = keyOf(target);
    if (target.resource.type !== "AWS::IAM::User" || key === undefined || !KEY_FORM.pattern.test(key)) return undefined;
    return { user: target.resource.id, accessKeyId: key, status: "Active" };
  },
  change: (state) => ({
    calls: state.status === "Active" ? [set(state, "Inactive")] : [],
    after: state.status === "Active" ? { ...state, status: "Inactive" } : state,
    blast:
      state.status === "Active"
        ? `Whatever signs its requests with access key ${state.accessKeyId}, person or program, is refused.`
        : `Nothing: access key ${state.accessKeyId} is not active.`,
  }),
  undo: ({ before, current }) =>
    before.status === "Active" && current.status === "Inactive" ? [set(current, "Active")] : [],
  model: { simulate: (state, { input }) => ({ ...state, status: keyStatusSchema.parse(input["Status"]) }) },
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html",
  ],
  cases: [
    hit("a key that the finding names", {
      target: bobsKey,
      answers: { ...aUser(), ...listed("Active") },
      expect: {
        tags: { team: "web" },
        calls: [update("Inactive")],
        diff: [{ path: "/status", before: "Active", after: "Inactive" }],
        undo: [update("Active")],
      },
    }),
    hit("a key whose user has to be asked for", {
      target: keyTarget,
      answers: {
        GetAccessKeyLastUsed: { UserName: "bob", AccessKeyLastUsed: { ServiceName: "N/A", Region: "N/A" } },
        ...aUser(),
        ...listed("Active"),
      },
      expect: { calls: [update("Inactive")] },
    }),
    nothing("a key that is not active", { target: bobsKey, answers: { ...aUser(), ...listed("Inactive") } }),
    malformed("the user is gone", {
      target: bobsKey,
      answers: { GetUser: [NO_USER, failure("NoSuchEntity")] },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("the key is gone", {
      target: bobsKey,
      answers: { ...aUser(), ...listed("Active", "AKIAEXAMPLE000000009") },
      expect: { code: "remediation.resource-gone", message: /has no access key/ },
    }),
    malformed("the user is the one that Ephor signs as", {
      target: bobsKey,
      answers: { GetUser: { User: { UserName: "bob", Arn: "arn:aws:iam::111122223333:user/bob" } } },
      expect: { code: "remediation.unsupported", message: /Ephor itself/ },
    }),
    malformed("the root user", {
      target: { ...bobsKey, resource: { ...bob.resource, arn: "arn:aws:iam::111122223333:root" } },
      answers: {},
      expect: { code: "remediation.unsupported", message: /root user/ },
    }),
    malformed("the key of a session", {
      target: { ...bob, evidence: { accessKeyId: "ASIAEXAMPLE000000001" } },
      answers: {},
      expect: { code: "remediation.unsupported", message: /revoke the sessions/ },
    }),
    malformed("no key is named", {
      target: bob,
      answers: {},
      expect: { code: "remediation.target-invalid", message: /found nothing, expected the id of an access key/ },
    }),
    malformed("a name that is none of a user", {
      target: targetOf("AWS::IAM::User", "bob/../root"),
      expect: { code: "remediation.target-invalid" },
    }),
  ],
});
