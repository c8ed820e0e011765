import type { AwsRequest } from "@ephor/domain/aws-call";
import type { JsonObject } from "@ephor/domain/json";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ACCOUNT, type Answers, hit, malformed, nothing, OTHER_ACCOUNT, type RemediationCase } from "./case.ts";

type PolicyService = {
  readonly target: RemediationTarget;
  /** What AWS answers where the policy is this text; null where there is none. */
  readonly answers: (policy: string | null) => Answers;
  readonly put: (document: JsonObject) => AwsRequest;
  /** The call that empties the policy, and what stands there then. */
  readonly emptied: { readonly call: AwsRequest; readonly policy: JsonObject | null };
  /** An action of the service on `resource`; ECR's statements name none. */
  readonly action: string;
  readonly resource: string | null;
  /** What changing the policy takes. */
  readonly setAction: string;
};

const ROLE = `arn:aws:iam::${OTHER_ACCOUNT}:role/reader`;

/** The cases that every removal of public statements has to hold, for one service's answers and calls. */
export function policyCases(service: PolicyService): readonly RemediationCase[] {
  const { target, answers, put, emptied, action, setAction } = service;
  const on = service.resource === null ? {} : { Resource: service.resource };
  const own = {
    Sid: "Own",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: [action],
    ...on,
  };
  const open = { Sid: "Open", Effect: "Allow", Principal: "*", Action: action, ...on };
  const Version = "2012-10-17";
  const policy = (...Statement: readonly JsonObject[]) => ({ Version, Statement });
  const of = (document: JsonObject | null) => answers(document === null ? null : JSON.stringify(document));
  const both = policy(own, open);
  const single = { Version, Statement: { ...open, Principal: { AWS: ["*", ROLE] } } };
  const narrowed = { ...open, Principal: { AWS: [ROLE] } };
  return [
    hit("one statement of two lets everyone in", {
      target,
      answers: of(both),
      expect: {
        calls: [put(policy(own))],
        diff: [{ path: "/policy/Statement", before: [own, open], after: [own] }],
        undo: [put(both)],
      },
    }),
    hit("everyone stands beside a role, in a statement that is no list", {
      target,
      answers: of(single),
      expect: {
        calls: [put({ Version, Statement: narrowed })],
        diff: [{ path: "/policy/Statement/Principal/AWS", before: ["*", ROLE], after: [ROLE] }],
        undo: [put(single)],
      },
    }),
    hit("no statement is left", {
      target,
      answers: of(policy(open)),
      expect: { calls: [emptied.call], undo: [put(policy(open))] },
    }),
    nothing("everyone of one organization", {
      target,
      answers: of(policy({ ...open, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } })),
    }),
    nothing("no policy", { target, answers: of(emptied.policy) }),
    malformed("the policy is no JSON", {
      target,
      answers: answers("{"),
      expect: { code: "remediation.unsupported", message: /policy cannot be read/ },
    }),
    malformed("a statement is of no known form", {
      target,
      answers: of(policy(own, { ...open, Effect: "Perhaps" })),
      expect: { code: "remediation.unsupported", message: /\/Statement\/1\/Effect/ },
    }),
    malformed("everyone is locked out of changing it", {
      target,
      answers: of(policy(open, { ...open, Effect: "Deny", Action: setAction })),
      expect: { code: "remediation.unsupported", message: /could not be taken back/ },
    }),
    malformed("the id is of another kind", {
      target: { ...target, resource: { ...target.resource, id: "../x y" } },
      expect: { code: "remediation.target-invalid", message: /found "..\/x y", expected/ },
    }),
    malformed("the ARN is of another account", {
      target: { ...target, resource: { ...target.resource, arn: `arn:aws:x:${target.region}:${OTHER_ACCOUNT}:y` } },
      expect: { code: "remediation.target-invalid", message: /expected a resource of account 111122223333/ },
    }),
  ];
}
