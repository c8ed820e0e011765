import { samePolicy } from "@ephor/domain/policy-document/canonical-policy";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { aRole, aUser, bob, deploy, encoded, iam, NO_USER } from "./iam-cases.ts";
import {
  putInline,
  readDocument,
  readInline,
  restoreInline,
  simulateInline,
  textStateSchema,
} from "./inline-policy.ts";
import { nameOf, readPrincipal, roles, users } from "./principal.ts";

const NAME = "EphorQuarantine";
const DOCUMENT = {
  Version: "2012-10-17",
  Statement: [{ Sid: "EphorQuarantine", Effect: "Deny", Action: "*", Resource: "*" }],
};
const TEXT = JSON.stringify(DOCUMENT);

/** Whether the policy that stands denies all, in whatever way it is written. */
function isQuarantine(text: string | null): boolean {
  const [stands, wanted] = [text === null ? undefined : readDocument(text), readDocument(TEXT)];
  return stands !== undefined && wanted !== undefined && samePolicy(stands, wanted);
}

const inline = (target: RemediationTarget) => ({ target, name: NAME });
const weaker = { Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "s3:*", Resource: "*" }] };
const absent = failure("NoSuchEntity");
const bobs = { UserName: "bob", PolicyName: NAME };
const deploys = { RoleName: "deploy", PolicyName: NAME };

export const quarantine = defineRemediation({
  id: "iam.quarantine",
  title: "Quarantine a user or role",
  description:
    "Puts an inline policy on the user or role that denies everything, at once and for sessions that are open too: a denial outweighs whatever else allows. Keys, passwords and other policies stay as evidence, and removing the one policy ends it.",
  controls: { nist: ["IR-4", "AC-2"], soc2: ["CC7.4"], iso27001: ["A.5.26"] },
  risk: "high",
  resources: { ...users, ...roles },
  permissions: {
    read: ["iam:GetUser", "iam:GetRole", "iam:GetUserPolicy", "iam:GetRolePolicy"],
    write: ["iam:PutUserPolicy", "iam:PutRolePolicy", "iam:DeleteUserPolicy", "iam:DeleteRolePolicy"],
  },
  state: textStateSchema,
  read: async (aws, target) => {
    const principal = await readPrincipal(aws, target);
    if (!principal.ok) return principal;
    const state = await readInline(aws, inline(target));
    return state.ok ? ok({ state: state.value, tags: principal.value.Tags }) : state;
  },
  change: (state, target) => {
    if (isQuarantine(state.policy))
      return { calls: [], after: state, blast: `Nothing: ${nameOf(target)} is in quarantine.` };
    const blast = `Everything that ${nameOf(target)} does in AWS is refused, now and in open sessions: people, and programs that run as it, stop working there.`;
    return { calls: [putInline({ ...inline(target), text: TEXT })], after: { policy: TEXT }, blast };
  },
  undo: ({ before, current, target }) =>
    restoreInline({ ...inline(target), before: before.policy, current: current.policy }),
  model: { simulate: (_, call) => ({ policy: simulateInline(call) }) },
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html",
    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html",
  ],
  cases: [
    hit("a user", {
      target: bob,
      answers: { ...aUser(), GetUserPolicy: absent },
      expect: {
        tags: { team: "web" },
        calls: [iam("PutUserPolicy", { ...bobs, PolicyDocument: TEXT })],
        diff: [{ path: "/policy", before: null, after: TEXT }],
        undo: [iam("DeleteUserPolicy", bobs)],
      },
    }),
    hit("a role that has a policy of that name which denies less", {
      target: deploy,
      answers: { ...aRole(), GetRolePolicy: { ...deploys, PolicyDocument: encoded(weaker) } },
      expect: {
        calls: [iam("PutRolePolicy", { ...deploys, PolicyDocument: TEXT })],
        undo: [iam("PutRolePolicy", { ...deploys, PolicyDocument: JSON.stringify(weaker) })],
      },
    }),
    nothing("a user in quarantine", {
      target: bob,
      answers: {
        ...aUser(),
        GetUserPolicy: { ...bobs, PolicyDocument: encoded({ ...DOCUMENT, Statement: DOCUMENT.Statement }) },
      },
    }),
    malformed("the user is gone", {
      target: bob,
      answers: { GetUser: [NO_USER, absent] },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("the root user", {
      target: targetOf("AWS::IAM::User", "root", { arn: "arn:aws:iam::111122223333:root" }),
      answers: {},
      expect: { code: "remediation.unsupported", message: /root user/ },
    }),
    malformed("a role of Ephor's own deployment", {
      target: deploy,
      answers: aRole({ Tags: [{ Key: "Project", Value: "ephor" }] }),
      expect: { code: "remediation.unsupported", message: /role "deploy" is tagged as Ephor's own/ },
    }),
    malformed("the role in whose session Ephor did what was found", {
      target: {
        ...deploy,
        actor: {
          type: "AssumedRole",
          id: "AROAEXAMPLEDEPLOY0001:ephor-write-fnd_1",
          arn: "arn:aws:iam::111122223333:role/deploy",
          name: "deploy/ephor-write-fnd_1",
        },
      },
      answers: aRole(),
      expect: { code: "remediation.unsupported", message: /Ephor itself/ },
    }),
    malformed("a role of a service of AWS", {
      target: deploy,
      answers: aRole({ Path: "/aws-service-role/config.amazonaws.com/" }),
      expect: { code: "remediation.unsupported", message: /a role that AWS keeps/ },
    }),
    malformed("a role of Identity Center", {
      target: deploy,
      answers: aRole({ Path: "/aws-reserved/sso.amazonaws.com/" }),
      expect: { code: "remediation.unsupported", message: /a role that AWS keeps/ },
    }),
    malformed("a group, which no policy can quarantine", {
      target: targetOf("AWS::IAM::Group", "developers"),
      expect: { code: "remediation.target-invalid" },
    }),
  ],
});
