import type { JsonObject } from "@ephor/domain/json";
import type { Careless } from "../../emulator/remediations/careless/careless.ts";
import { CARELESS } from "../../emulator/remediations/careless/table.ts";

/** One kind of careless change in the account, and what putting it right comes to. */
export type Kind = {
  readonly name: string;
  /** Of ten changes. */
  readonly share: number;
  /** How it is made, and what an independent client sees before and after. */
  readonly careless: Careless;
  /** The call that CloudTrail tells of. */
  readonly tells: (resource: string) => {
    readonly service: string;
    readonly eventName: string;
    readonly requestParameters: JsonObject;
  };
  /** What the response policy says of it. */
  readonly rule: JsonObject;
  /** Distinct people without whom nothing is changed; 0 where it is applied by itself. */
  readonly approvalsNeeded: 0 | 1 | 2;
  /** Operations that change the resource, and each one that looks at what they change. */
  readonly changes: readonly string[];
  readonly looks: readonly string[];
  /** Changing calls of one application. */
  readonly changesNeeded: number;
  /** The resource that a call is about, by the members of its input. */
  readonly resourceOf: (input: Readonly<Record<string, string>>) => string | undefined;
};

const carelessFor = (remediation: string): Careless => {
  const found = CARELESS.find((one) => one.remediation === remediation);
  if (found === undefined) throw new Error(`nothing careless is known for ${remediation}`);
  return found;
};

/** Applied by itself; a repeat would change nothing more. */
const trail: Kind = {
  ...{ name: "trail", share: 4, careless: carelessFor("cloudtrail.restart-logging") },
  tells: (name) => ({ service: "cloudtrail", eventName: "StopLogging", requestParameters: { name } }),
  rule: { match: { detection: "cloudtrail.*" }, mode: "auto", risk: "low" },
  approvalsNeeded: 0,
  ...{ changes: ["StartLogging"], looks: ["GetTrailStatus"], changesNeeded: 1 },
  resourceOf: ({ Name }) => Name?.split("/").at(-1),
};

/** The ports that the careless group opens to the world. */
const OPENED = [22, 5432];
const permissionOf = (port: number) => ({
  ...{ ipProtocol: "tcp", fromPort: port, toPort: port },
  ipRanges: { items: [{ cidrIp: "0.0.0.0/0" }] },
});

/** Two calls of one operation, by the query protocol; EC2 refuses a rule that is revoked a second time. */
const group: Kind = {
  ...{ name: "group", share: 3, careless: carelessFor("ec2.revoke-open-ingress") },
  tells: (groupId) => ({
    ...{ service: "ec2", eventName: "AuthorizeSecurityGroupIngress" },
    requestParameters: { groupId, ipPermissions: { items: OPENED.map(permissionOf) } },
  }),
  rule: { match: { detection: "ec2.*" }, mode: "approve", risk: "medium" },
  approvalsNeeded: 1,
  ...{ changes: ["RevokeSecurityGroupIngress"], looks: ["DescribeSecurityGroupRules"], changesNeeded: OPENED.length },
  resourceOf: (input) => input["GroupId"] ?? input["GroupId.1"] ?? input["Filter.1.Value.1"],
};

/** Two operations, one after the other, by two people's leave. Its finding is about the user and names no policy. */
const admin: Kind = {
  ...{ name: "admin", share: 3, careless: carelessFor("iam.detach-admin-policy") },
  tells: (userName) => ({ service: "iam", eventName: "CreateLoginProfile", requestParameters: { userName } }),
  rule: {
    match: { detection: "iam.login-profile-for-another-user" },
    ...{ mode: "approve", risk: "high", remediation: "iam.detach-admin-policy" },
  },
  approvalsNeeded: 2,
  changes: ["DetachUserPolicy", "DeleteUserPolicy"],
  looks: ["ListAttachedUserPolicies", "ListUserPolicies"],
  changesNeeded: 2,
  resourceOf: ({ UserName }) => UserName,
};

export const KINDS: readonly Kind[] = [trail, group, admin];

/** The kind that an operation belongs to; none for what only prepares, such as asking who one is. */
export const kindOfOperation = (operation: string): Kind | undefined =>
  KINDS.find(({ changes, looks }) => changes.includes(operation) || looks.includes(operation));
