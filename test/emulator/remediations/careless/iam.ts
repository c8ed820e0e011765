import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListUserPoliciesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
  UpdateAccountPasswordPolicyCommand,
} from "@aws-sdk/client-iam";
import type { Json } from "@ephor/domain/json";
import { ACCOUNT } from "../victim.ts";
import { type Careless, targetOf } from "./careless.ts";
import { codeOf, seen, sorted } from "./seen.ts";

/** IAM tells of itself in us-east-1 alone. */
const GLOBAL = { region: "us-east-1" };
const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const allow = (Action: string) => ({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] });
const text = (document: Json): string => JSON.stringify(document);
const documentOf = (encoded: string | undefined): Json => sorted(JSON.parse(decodeURIComponent(encoded ?? "null")));

async function userWithKey(iam: IAMClient, UserName: string) {
  await iam.send(new CreateUserCommand({ UserName }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const AccessKeyId = AccessKey?.AccessKeyId ?? "";
  const see = async () => {
    const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
    return AccessKeyMetadata.find((one) => one.AccessKeyId === AccessKeyId)?.Status ?? null;
  };
  const toggle = async () => {
    const Status = (await see()) === "Active" ? "Inactive" : "Active";
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }));
  };
  return { accessKeyId: AccessKeyId, see, toggle };
}

const deactivateAccessKey: Careless = {
  remediation: "iam.deactivate-access-key",
  on: "ministack",
  onlyWay: "a key is active or not",
  async make({ clients: { iam } }, name) {
    const { accessKeyId, see, toggle } = await userWithKey(iam, name);
    return {
      target: targetOf("AWS::IAM::User", name, { ...GLOBAL, evidence: { accessKeyId } }),
      ...{ careless: "Active", right: "Inactive", see, disturb: toggle },
    };
  },
};

const disableUnusedCredentials: Careless = {
  remediation: "iam.disable-unused-credentials",
  on: "ministack",
  async make({ clients: { iam } }, UserName) {
    const { see, toggle } = await userWithKey(iam, UserName);
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: "Not-for-long-1!" }));
    const hasPassword = () =>
      iam.send(new GetLoginProfileCommand({ UserName })).then(() => true, codeOf("NoSuchEntity", false));
    return {
      target: targetOf("AWS::IAM::User", UserName, GLOBAL),
      seenInDays: 100,
      ...{ careless: { key: "Active", hasPassword: true }, right: { key: "Inactive", hasPassword: false } },
      see: async () => ({ key: await see(), hasPassword: await hasPassword() }),
      disturb: toggle,
    };
  },
};

const detachAdminPolicy: Careless = {
  remediation: "iam.detach-admin-policy",
  on: "moto",
  async make({ clients: { iam } }, UserName) {
    await iam.send(new CreateUserCommand({ UserName }));
    const put = (PolicyName: string, Action: string) =>
      iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: text(allow(Action)) }));
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: ADMIN }));
    await put("everything", "*");
    await put("reading", "s3:GetObject");
    return {
      target: targetOf("AWS::IAM::User", UserName, GLOBAL),
      careless: { attached: [ADMIN], inline: ["everything", "reading"] },
      right: { attached: [], inline: ["reading"] },
      disturb: () => put("more", "*"),
      see: async () => {
        const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
        const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
        return {
          attached: AttachedPolicies.map(({ PolicyArn }) => PolicyArn ?? "").sort(),
          inline: [...PolicyNames].sort(),
        };
      },
    };
  },
};

const passwordPolicy: Careless = {
  remediation: "iam.password-policy",
  // MiniStack keeps what an update leaves out; IAM sets it back to its default.
  on: "moto",
  async make({ clients: { iam } }) {
    const set = (MinimumPasswordLength: number) =>
      iam.send(
        new UpdateAccountPasswordPolicyCommand({
          ...{ MinimumPasswordLength, RequireNumbers: true, RequireSymbols: false, AllowUsersToChangePassword: true },
          ...{ RequireLowercaseCharacters: true, RequireUppercaseCharacters: false, MaxPasswordAge: 90 },
        }),
      );
    await set(8);
    return {
      target: targetOf("AWS::::Account", ACCOUNT, GLOBAL),
      careless: { length: 8, symbols: false, upper: false, age: 90, remembered: null },
      right: { length: 14, symbols: true, upper: true, age: 90, remembered: 24 },
      disturb: () => set(9),
      see: async () => {
        const { PasswordPolicy: policy } = await iam.send(new GetAccountPasswordPolicyCommand({}));
        return seen({
          ...{ length: policy?.MinimumPasswordLength, symbols: policy?.RequireSymbols },
          ...{ upper: policy?.RequireUppercaseCharacters, age: policy?.MaxPasswordAge },
          remembered: policy?.PasswordReusePrevention || null,
        });
      },
    };
  },
};

const DENY_ALL = {
  Version: "2012-10-17",
  Statement: [{ Sid: "EphorQuarantine", Effect: "Deny", Action: "*", Resource: "*" }],
};

const quarantine: Careless = {
  remediation: "iam.quarantine",
  on: "ministack",
  async make({ clients: { iam } }, UserName) {
    const PolicyName = "EphorQuarantine";
    await iam.send(new CreateUserCommand({ UserName }));
    return {
      target: targetOf("AWS::IAM::User", UserName, GLOBAL),
      ...{ careless: null, right: sorted(DENY_ALL) },
      disturb: () =>
        iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: text(allow("s3:GetObject")) })),
      see: () =>
        iam
          .send(new GetUserPolicyCommand({ UserName, PolicyName }))
          .then(({ PolicyDocument }) => documentOf(PolicyDocument), codeOf("NoSuchEntity", null)),
    };
  },
};

const revokeRoleSessions: Careless = {
  remediation: "iam.revoke-role-sessions",
  on: "ministack",
  async make({ clients: { iam } }, RoleName) {
    const PolicyName = "AWSRevokeOlderSessions";
    const Principal = { Service: "ec2.amazonaws.com" };
    const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }] };
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: text(trust) }));
    const stands = async () => {
      const document = await iam
        .send(new GetRolePolicyCommand({ RoleName, PolicyName }))
        .then(({ PolicyDocument }) => documentOf(PolicyDocument), codeOf("NoSuchEntity", null));
      return document === null
        ? "nothing"
        : JSON.stringify(document).includes("aws:TokenIssueTime")
          ? "revoked"
          : "other";
    };
    return {
      target: targetOf("AWS::IAM::Role", RoleName, GLOBAL),
      ...{ careless: "nothing", right: "revoked", see: stands },
      disturb: () =>
        iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: text(allow("s3:GetObject")) })),
    };
  },
};

export const iam: readonly Careless[] = [
  ...[deactivateAccessKey, disableUnusedCredentials, detachAdminPolicy, passwordPolicy, quarantine, revokeRoleSessions],
];
