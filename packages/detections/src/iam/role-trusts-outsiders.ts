import type { Json } from "@ephor/domain/json";
import { externalPrincipals } from "@ephor/domain/policy-document/external-principals";
import { publicStatements } from "@ephor/domain/policy-document/is-public-statement";
import type { Event } from "@ephor/events/envelope";
import { requestText } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { ACCOUNT, apiCall, denied, OTHER_ACCOUNT } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { policyInCall } from "../policy-in-call.ts";
import { shown } from "../shorten.ts";

/** Whom the trust policy lets in from elsewhere. CreateRole and UpdateAssumeRolePolicy name it differently. */
function outsiders(event: Event): { readonly everyone: boolean; readonly principals: readonly string[] } {
  const policy = policyInCall(event, "assumeRolePolicyDocument") ?? policyInCall(event, "policyDocument");
  if (policy === undefined) return { everyone: false, principals: [] };
  const principals = externalPrincipals(policy, new Set([event.account])).map(({ principal }) => principal.id);
  return { everyone: publicStatements(policy).length > 0, principals };
}

const trust = (Principal: Json, more: Readonly<Record<string, Json>> = {}) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole", ...more }],
  });
const update = (policyDocument: Json) =>
  apiCall({ service: "iam", name: "UpdateAssumeRolePolicy", request: { roleName: "deploy", policyDocument } });
const outsider = `arn:aws:iam::${OTHER_ACCOUNT}:root`;

export const roleTrustsOutsiders = defineDetection({
  id: "iam.role-trusts-outsiders",
  title: "Role can be assumed from outside the account",
  description: "Someone in another account can now act here with all that this role may do, and come back at any time.",
  severity: "high",
  pattern: succeeded({ service: "iam", names: ["CreateRole", "UpdateAssumeRolePolicy"] }),
  when: (event) => {
    const { everyone, principals } = outsiders(event);
    return everyone || principals.length > 0;
  },
  finding: (event) => {
    const role = requestText(event, "roleName");
    if (role === undefined) return null;
    const { everyone, principals } = outsiders(event);
    const told = tellCall(event, {
      resource: { type: "AWS::IAM::Role", id: role, name: role },
      title: `Role ${shown(role)} can be assumed by ${everyone ? "everyone" : shown(principals.join(", "))}`,
      evidence: { everyone, principals },
    });
    return told !== null && everyone ? { ...told, severity: "critical" } : told;
  },
  mitre: ["T1098", "T1484.002"],
  controls: { ...themes.privilege, cis: ["1.20", "4.4"], fsbp: ["IAM.28"] },
  falsePositives: "Roles for vendors and for other accounts of the organization: allow-list them by name.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"],
  cases: [
    hit("another account", update(trust({ AWS: outsider })), {
      title: `Role deploy can be assumed by ${outsider}, by alice`,
      resource: "deploy",
      severity: "high",
    }),
    hit(
      "a new role",
      apiCall({
        service: "iam",
        name: "CreateRole",
        request: { roleName: "vendor", assumeRolePolicyDocument: trust({ AWS: OTHER_ACCOUNT }) },
      }),
      { resource: "vendor" },
    ),
    hit("everyone", update(trust("*")), { title: /by everyone/, severity: "critical" }),
    miss("a service", update(trust({ Service: "ec2.amazonaws.com" }))),
    miss("its own account", update(trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }))),
    miss("its own identity provider", update(trust({ Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/idp` }))),
    miss("nobody", update(trust({ AWS: outsider }, { Effect: "Deny" }))),
    miss("the call was denied", denied(update(trust({ AWS: outsider })))),
    malformed("the document is no JSON", update("{")),
    malformed("the document is a list", update([trust("*")])),
  ],
});
