import type { Json, JsonObject } from "@ephor/domain/json";
import { adminStatements } from "@ephor/domain/policy-document/grants-admin";
import type { Event } from "@ephor/events/envelope";
import { requestText } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { policyInCall } from "../policy-in-call.ts";
import { shown } from "../shorten.ts";
import { principalOf } from "./principal.ts";

/** Policies of AWS's own that make an administrator: the second may give itself the first. In any partition. */
const ADMIN_POLICY = /^arn:[^:]+:iam::aws:policy\/(AdministratorAccess|IAMFullAccess)$/;

/** The name of what makes an administrator: AWS's policy, or an inline one that grants as much. */
function adminPolicy(event: Event): string | undefined {
  const attached = ADMIN_POLICY.exec(requestText(event, "policyArn") ?? "")?.[1];
  if (attached !== undefined) return attached;
  const inline = policyInCall(event, "policyDocument");
  if (inline === undefined || adminStatements(inline).length === 0) return undefined;
  return requestText(event, "policyName") ?? "an inline policy";
}

const call = (name: string, request: JsonObject) => apiCall({ service: "iam", name, request });
const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const inline = (policyDocument: Json) =>
  call("PutRolePolicy", { roleName: "deploy", policyName: "all", policyDocument });
const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});
const someThings = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] });

export const adminPolicyAttached = defineDetection({
  id: "iam.admin-policy-attached",
  title: "Administrator rights given to a principal",
  description: "This user, role or group, and whoever can become it, may now do everything in the account.",
  severity: "high",
  pattern: [
    {
      detail: {
        eventSource: ["iam.amazonaws.com"],
        eventName: ["AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy"],
        errorCode: [{ exists: false }],
        requestParameters: {
          policyArn: [{ suffix: ":iam::aws:policy/AdministratorAccess" }, { suffix: ":iam::aws:policy/IAMFullAccess" }],
        },
      },
    },
    succeeded({ service: "iam", names: ["PutUserPolicy", "PutRolePolicy", "PutGroupPolicy"] }),
  ],
  when: (event) => adminPolicy(event) !== undefined,
  finding: (event) => {
    const principal = principalOf(event);
    const policy = adminPolicy(event);
    if (principal === undefined || policy === undefined) return null;
    return tellCall(event, {
      resource: principal.resource,
      title: `Administrator rights given to ${principal.word} ${shown(principal.resource.id)} by ${shown(policy)}`,
      evidence: { policy, policyArn: requestText(event, "policyArn") ?? null },
    });
  },
  mitre: ["T1098.003"],
  controls: { ...themes.privilege, cis: ["1.16", "4.4"], fsbp: ["IAM.1"] },
  remediation: "iam.detach-admin-policy",
  falsePositives: "Roles for deployment and break-glass set up in planned work: allow-list them by name.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html",
    "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html",
  ],
  cases: [
    hit("to a user", call("AttachUserPolicy", { userName: "bob", policyArn: ADMIN }), {
      title: "Administrator rights given to user bob by AdministratorAccess, by alice",
      resource: "bob",
    }),
    hit(
      "to a role, in another partition",
      call("AttachRolePolicy", { roleName: "deploy", policyArn: "arn:aws-cn:iam::aws:policy/AdministratorAccess" }),
    ),
    hit(
      "to a group, full power over IAM",
      call("AttachGroupPolicy", { groupName: "dev", policyArn: "arn:aws:iam::aws:policy/IAMFullAccess" }),
      { resource: "dev" },
    ),
    hit("inline", inline(everything), { title: /role deploy by all/, resource: "deploy" }),
    hit(
      "inline, everything but one service",
      inline({ Statement: { Effect: "Allow", NotAction: "aws-portal:*", Resource: "*" } }),
    ),
    miss(
      "a policy for some things",
      call("AttachUserPolicy", { userName: "bob", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }),
    ),
    miss(
      "a policy that only sounds like it",
      call("AttachUserPolicy", { userName: "bob", policyArn: "arn:aws:iam::111122223333:policy/AdministratorAccess" }),
    ),
    miss("inline, some things", inline(someThings)),
    miss("the call was denied", denied(call("AttachUserPolicy", { userName: "bob", policyArn: ADMIN }))),
    malformed("the document is no JSON", inline("{")),
    malformed("nobody is named", call("AttachUserPolicy", { userName: 7, policyArn: ADMIN })),
  ],
});
