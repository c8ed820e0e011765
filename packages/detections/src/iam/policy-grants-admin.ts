import type { Json, JsonObject } from "@ephor/domain/json";
import { adminStatements } from "@ephor/domain/policy-document/grants-admin";
import type { Event } from "@ephor/events/envelope";
import { eventName, requestParameters, requestText, responseText } from "@ephor/events/sources/cloudtrail-read";
import { booleanAt } from "@ephor/events/sources/read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { policyInCall } from "../policy-in-call.ts";
import { namedResource } from "../resources.ts";
import { shown } from "../shorten.ts";

/** A version that is not made the default grants nothing yet. */
function takesEffect(event: Event): boolean {
  return eventName(event) === "CreatePolicy" || booleanAt(requestParameters(event), "setAsDefault") === true;
}

const grantsEverything = (event: Event): boolean => {
  const policy = policyInCall(event, "policyDocument");
  return policy !== undefined && adminStatements(policy).length > 0;
};

const ARN = "arn:aws:iam::111122223333:policy/build";
const everything: Json = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
const create = (policyDocument: Json) =>
  apiCall({
    service: "iam",
    name: "CreatePolicy",
    request: { policyName: "build", policyDocument },
    response: { policy: { arn: ARN } },
  });
const version = (more: JsonObject) =>
  apiCall({
    service: "iam",
    name: "CreatePolicyVersion",
    request: { policyArn: ARN, policyDocument: everything, setAsDefault: true, ...more },
  });

export const policyGrantsAdmin = defineDetection({
  id: "iam.policy-grants-admin",
  title: "Managed policy grants administrator rights",
  description:
    "Everyone to whom this policy is attached, now or later, may do everything in the account, under a name that may not tell.",
  severity: "high",
  pattern: succeeded({ service: "iam", names: ["CreatePolicy", "CreatePolicyVersion"] }),
  when: (event) => takesEffect(event) && grantsEverything(event),
  finding: (event) => {
    const policy =
      requestText(event, "policyArn") ?? responseText(event, "policy.arn") ?? requestText(event, "policyName");
    if (policy === undefined) return null;
    const resource = namedResource("AWS::IAM::ManagedPolicy", policy);
    return tellCall(event, { resource, title: `Policy ${shown(resource.id)} grants administrator rights` });
  },
  mitre: ["T1098.003"],
  controls: { ...themes.privilege, cis: ["1.16", "4.4"], fsbp: ["IAM.1"] },
  falsePositives: "A copy of AdministratorAccess kept on purpose: allow-list the policy.",
  references: ["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html"],
  cases: [
    hit("a new policy", create(everything), {
      title: "Policy build grants administrator rights, by alice",
      resource: "build",
    }),
    hit("a new version in effect", version({}), { resource: "build" }),
    miss("a version kept aside", version({ setAsDefault: false })),
    miss(
      "a policy for some things",
      create(JSON.stringify({ Statement: [{ Effect: "Allow", Action: "s3:Get*", Resource: "*" }] })),
    ),
    miss("the call was denied", denied(create(everything))),
    malformed("the document is a number", create(7)),
  ],
});
