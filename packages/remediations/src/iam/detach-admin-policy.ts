import type { PlannedCall, RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { quoted } from "../quoted.ts";
import { callOf, setSchema, sortedSet } from "../values.ts";
import { AWS_ADMIN, readAdminPolicies } from "./admin-policies.ts";
import { aGroup, aRole, aUser, bob, deploy, developers, encoded, iam, NO_USER } from "./iam-cases.ts";
import { deleteInline, putInline } from "./inline-policy.ts";
import { groups, kindOf, nameOf, principalInput, readPrincipal, roles, users } from "./principal.ts";

const stateSchema = z.strictObject({
  /** ARNs of managed policies that make an administrator. */
  attached: setSchema,
  /** Inline policies that do, with the text that undo puts back, in the order of their names. */
  inline: z.array(z.strictObject({ name: z.string(), text: z.string() })),
});
type State = z.infer<typeof stateSchema>;

function managed(target: RemediationTarget, { verb, arn }: { verb: "Attach" | "Detach"; arn: string }): PlannedCall {
  const policy = quoted(arn.split("/").at(-1) ?? arn);
  const says =
    verb === "Detach"
      ? `Detach policy ${policy} from ${nameOf(target)}`
      : `Attach policy ${policy} to ${nameOf(target)} again`;
  return callOf("iam", `${verb}${kindOf(target)}Policy`, { ...principalInput(target), PolicyArn: arn }).says(says);
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

function simulate(state: State, { operation, input }: PlannedCall): State {
  const text = (field: string): string => z.string().parse(input[field]);
  if (operation.startsWith("Detach"))
    return { ...state, attached: state.attached.filter((arn) => arn !== text("PolicyArn")) };
  if (operation.startsWith("Attach")) return { ...state, attached: sortedSet([...state.attached, text("PolicyArn")]) };
  const rest = state.inline.filter(({ name }) => name !== text("PolicyName"));
  if (operation.startsWith("Delete")) return { ...state, inline: rest };
  return { ...state, inline: [...rest, { name: text("PolicyName"), text: text("PolicyDocument") }].sort(byName) };
}

const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const BUILD = "arn:aws:iam::111122223333:policy/build";
const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
const someThings = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] };
const listing = (
  kind: string,
  { attached = [], inline = [] }: { attached?: readonly string[]; inline?: readonly string[] },
) => ({
  [`ListAttached${kind}Policies`]: {
    AttachedPolicies: attached.map((PolicyArn) => ({ PolicyName: PolicyArn.split("/").at(-1) ?? "", PolicyArn })),
    IsTruncated: false,
  },
  [`List${kind}Policies`]: { PolicyNames: inline, IsTruncated: false },
});
const policyOf = (document: typeof everything) => ({
  GetPolicy: { Policy: { PolicyName: "build", Arn: BUILD, DefaultVersionId: "v3", AttachmentCount: 1 } },
  GetPolicyVersion: { PolicyVersion: { VersionId: "v3", IsDefaultVersion: true, Document: encoded(document) } },
});
const bobs = { UserName: "bob" };

export const detachAdminPolicy = defineRemediation({
  id: "iam.detach-admin-policy",
  title: "Take administrator rights from a user, role or group",
  description:
    "Detaches managed policies, AWS's or the account's own, that make an administrator, and removes inline ones that do: where the finding names one, that one alone. What other policies allow stays.",
  controls: { fsbp: ["IAM.1", "IAM.21"], cis: ["1.16"] },
  risk: "high",
  resources: { ...users, ...roles, ...groups },
  permissions: {
    read: [
      ...["iam:GetUser", "iam:GetRole", "iam:GetGroup", "iam:GetPolicy", "iam:GetPolicyVersion"],
      ...["iam:ListAttachedUserPolicies", "iam:ListAttachedRolePolicies", "iam:ListAttachedGroupPolicies"],
      ...["iam:ListUserPolicies", "iam:ListRolePolicies", "iam:ListGroupPolicies"],
      ...["iam:GetUserPolicy", "iam:GetRolePolicy", "iam:GetGroupPolicy"],
    ],
    write: [
      ...["iam:DetachUserPolicy", "iam:DetachRolePolicy", "iam:DetachGroupPolicy"],
      ...["iam:AttachUserPolicy", "iam:AttachRolePolicy", "iam:AttachGroupPolicy"],
      ...["iam:DeleteUserPolicy", "iam:DeleteRolePolicy", "iam:DeleteGroupPolicy"],
      ...["iam:PutUserPolicy", "iam:PutRolePolicy", "iam:PutGroupPolicy"],
    ],
  },
  state: stateSchema,
  read: async (aws, target) => {
    const principal = await readPrincipal(aws, target);
    if (!principal.ok) return principal;
    const found = await readAdminPolicies(aws, target);
    if (!found.ok) return found;
    const { attached, inline } = found.value;
    return ok({
      state: { attached: sortedSet(attached), inline: [...inline].sort(byName) },
      tags: principal.value.Tags,
    });
  },
  fromEvidence: ({ evidence }) => {
    const { policyArn } = evidence;
    return typeof policyArn === "string" && AWS_ADMIN.test(policyArn)
      ? { attached: [policyArn], inline: [] }
      : undefined;
  },
  change: ({ attached, inline }, target) => ({
    calls: [
      ...attached.map((arn) => managed(target, { verb: "Detach", arn })),
      ...inline.map(({ name }) => deleteInline({ target, name })),
    ],
    after: { attached: [], inline: [] },
    blast:
      attached.length + inline.length === 0
        ? `Nothing: no such policy makes ${nameOf(target)} an administrator.`
        : `People and programs that act as ${nameOf(target)} keep only what other policies allow; if nobody else administers the account, nobody does after this.`,
  }),
  undo: ({ before, current, target }) => [
    ...before.attached
      .filter((arn) => !current.attached.includes(arn))
      .map((arn) => managed(target, { verb: "Attach", arn })),
    ...before.inline
      .filter(({ name }) => !current.inline.some((each) => each.name === name))
      .map(({ name, text }) => putInline({ target, name, text })),
  ],
  model: { simulate },
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_manage-attach-detach.html",
    "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html",
  ],
  cases: [
    hit("AWS's own policy, a customer's and an inline one of a user; others stay", {
      target: bob,
      answers: {
        ...aUser(),
        ...listing("User", { attached: [READ_ONLY, BUILD, ADMIN], inline: ["all", "some"] }),
        ...policyOf(everything),
        GetUserPolicy: [
          { ...bobs, PolicyName: "all", PolicyDocument: encoded(everything) },
          { ...bobs, PolicyName: "some", PolicyDocument: encoded(someThings) },
        ],
      },
      expect: {
        tags: { team: "web" },
        calls: [
          iam("DetachUserPolicy", { ...bobs, PolicyArn: BUILD }),
          iam("DetachUserPolicy", { ...bobs, PolicyArn: ADMIN }),
          iam("DeleteUserPolicy", { ...bobs, PolicyName: "all" }),
        ],
        diff: [
          { path: "/attached", before: [BUILD, ADMIN], after: [] },
          { path: "/inline", before: [{ name: "all", text: JSON.stringify(everything) }], after: [] },
        ],
        undo: [
          iam("AttachUserPolicy", { ...bobs, PolicyArn: BUILD }),
          iam("AttachUserPolicy", { ...bobs, PolicyArn: ADMIN }),
          iam("PutUserPolicy", { ...bobs, PolicyName: "all", PolicyDocument: JSON.stringify(everything) }),
        ],
      },
    }),
    hit("the one that the finding names", {
      target: { ...deploy, evidence: { policy: "AdministratorAccess", policyArn: ADMIN } },
      answers: { ...aRole(), ...listing("Role", { attached: [BUILD, ADMIN], inline: ["all"] }) },
      expect: { calls: [iam("DetachRolePolicy", { RoleName: "deploy", PolicyArn: ADMIN })] },
    }),
    hit("the inline one that the finding names, of a group", {
      target: { ...developers, evidence: { policy: "all", policyArn: null } },
      answers: {
        ...aGroup(),
        ...listing("Group", { attached: [ADMIN], inline: ["all", "some"] }),
        GetGroupPolicy: { GroupName: "developers", PolicyName: "all", PolicyDocument: encoded(everything) },
      },
      expect: { calls: [iam("DeleteGroupPolicy", { GroupName: "developers", PolicyName: "all" })] },
    }),
    hit("a policy on the second page", {
      target: bob,
      answers: {
        ...aUser(),
        ...listing("User", {}),
        ListAttachedUserPolicies: [
          {
            AttachedPolicies: [{ PolicyName: "ReadOnlyAccess", PolicyArn: READ_ONLY }],
            IsTruncated: true,
            Marker: "m",
          },
          { AttachedPolicies: [{ PolicyName: "AdministratorAccess", PolicyArn: ADMIN }], IsTruncated: false },
        ],
      },
      expect: { calls: [iam("DetachUserPolicy", { ...bobs, PolicyArn: ADMIN })] },
    }),
    nothing("policies for some things", {
      target: bob,
      answers: { ...aUser(), ...listing("User", { attached: [READ_ONLY, BUILD] }), ...policyOf(someThings) },
    }),
    nothing("what the finding names grants less by now", {
      target: { ...bob, evidence: { policy: "all", policyArn: null } },
      answers: {
        ...aUser(),
        ...listing("User", { attached: [ADMIN], inline: ["all"] }),
        GetUserPolicy: { ...bobs, PolicyName: "all", PolicyDocument: encoded(someThings) },
      },
    }),
    malformed("the role is gone", {
      target: deploy,
      answers: { GetRole: failure("NoSuchEntity") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("a policy that cannot be read", {
      target: bob,
      answers: {
        ...aUser(),
        ...listing("User", { inline: ["odd"] }),
        GetUserPolicy: { ...bobs, PolicyName: "odd", PolicyDocument: "%7B%22Statement%22%3A7%7D" },
      },
      expect: { code: "remediation.unsupported", message: /inline policy "odd"/ },
    }),
    malformed("more pages than a principal can have", {
      target: bob,
      answers: { ...aUser(), ListAttachedUserPolicies: { AttachedPolicies: [], IsTruncated: true, Marker: "again" } },
      expect: { code: "remediation.unsupported", message: /more than 20 pages/ },
    }),
    malformed("a group with Ephor's own user in it", {
      target: developers,
      answers: { ...aGroup(["alice", "ephor"]), GetUser: { User: { UserName: "ephor" } } },
      expect: { code: "remediation.unsupported", message: /Ephor itself/ },
    }),
    malformed("Ephor's own user", {
      target: bob,
      answers: { GetUser: { User: { UserName: "bob", Arn: "arn:aws:iam::111122223333:user/bob" } } },
      expect: { code: "remediation.unsupported", message: /Ephor itself/ },
    }),
    malformed("a user of another account", {
      target: bob,
      answers: { GetUser: [NO_USER, { User: { UserName: "bob", Arn: "arn:aws:iam::444455556666:user/bob" } }] },
      expect: { code: "remediation.unsupported", message: /another account/ },
    }),
    malformed("a policy in place of who has it", {
      target: targetOf("AWS::IAM::ManagedPolicy", "build"),
      expect: { code: "remediation.target-invalid" },
    }),
  ],
});
