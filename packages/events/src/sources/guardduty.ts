import type { Actor, Resource } from "@ephor/domain/finding";
import type { Severity } from "@ephor/domain/severity";
import { z } from "zod";
import type { Event } from "../envelope.ts";
import { defineSource, type Source } from "./define-source.ts";
import { idText, timeText } from "./envelope-schema.ts";
import { booleanAt, numberAt, textAt } from "./read.ts";
import { resourceOf, type ServiceFinding } from "./service-finding.ts";

/*
 * GuardDuty User Guide, "Processing GuardDuty findings with EventBridge" and "Finding details". EventBridge delivers
 * camelCase; tools that pass on answers of the API (GetFindings) keep its PascalCase. Identity: `id` and `updatedAt`.
 */

const GUARDDUTY = { kind: "guardduty", source: "aws.guardduty", detailTypes: ["GuardDuty Finding"] } as const;

export const GUARDDUTY_SOURCES: readonly Source[] = [
  defineSource({
    ...GUARDDUTY,
    when: (detail) => !Object.hasOwn(detail, "Id"),
    schema: z.object({ id: idText, updatedAt: timeText }),
    identity: ({ id, updatedAt }) => `${id}@${updatedAt}`,
  }),
  defineSource({
    ...GUARDDUTY,
    when: (detail) => Object.hasOwn(detail, "Id"),
    schema: z.object({ Id: idText, UpdatedAt: timeText }),
    identity: ({ Id, UpdatedAt }) => `${Id}@${UpdatedAt}`,
  }),
];

const pascal = (path: string): string =>
  path
    .split(".")
    .map((step) => step.slice(0, 1).toUpperCase() + step.slice(1))
    .join(".");

/** Text at a camelCase path, in either spelling. */
export const guarddutyText = (event: Event, path: string): string | undefined =>
  textAt(event.envelope.detail, path) ?? textAt(event.envelope.detail, pascal(path));

/** Lower ends (GuardDuty User Guide, "Severity levels for GuardDuty findings"). */
const LEVELS: readonly (readonly [number, Severity])[] = [
  [9, "critical"],
  [7, "high"],
  [4, "medium"],
  [1, "low"],
];

/** Undefined without a number; below 1 informational. */
export function guarddutySeverity(event: Event): Severity | undefined {
  const { detail } = event.envelope;
  const level = numberAt(detail, "severity") ?? numberAt(detail, "Severity");
  if (level === undefined) return undefined;
  return LEVELS.find(([from]) => level >= from)?.[1] ?? "informational";
}

type Named = { readonly type: string; readonly paths: readonly string[] };

/** By `resource.resourceType`: what CloudFormation calls it, and where its ARN or id stands. */
const RESOURCES: ReadonlyMap<string, Named> = new Map([
  ["Instance", { type: "AWS::EC2::Instance", paths: ["instanceDetails.instanceId"] }],
  ["AccessKey", { type: "AWS::IAM::AccessKey", paths: ["accessKeyDetails.accessKeyId"] }],
  ["S3Bucket", { type: "AWS::S3::Bucket", paths: ["s3BucketDetails.0.arn", "s3BucketDetails.0.name"] }],
  ["S3Object", { type: "AWS::S3::Bucket", paths: ["s3BucketDetails.0.arn", "s3BucketDetails.0.name"] }],
  ["EKSCluster", { type: "AWS::EKS::Cluster", paths: ["eksClusterDetails.arn", "eksClusterDetails.name"] }],
  ["ECSCluster", { type: "AWS::ECS::Cluster", paths: ["ecsClusterDetails.arn", "ecsClusterDetails.name"] }],
  ["Container", { type: "AWS::ECS::Cluster", paths: ["ecsClusterDetails.arn", "containerDetails.id"] }],
  ["Lambda", { type: "AWS::Lambda::Function", paths: ["lambdaDetails.functionArn", "lambdaDetails.functionName"] }],
  [
    "RDSDBInstance",
    {
      type: "AWS::RDS::DBInstance",
      paths: ["rdsDbInstanceDetails.dbInstanceArn", "rdsDbInstanceDetails.dbInstanceIdentifier"],
    },
  ],
]);

/** The resource that the finding is about; its account where GuardDuty names none that is known here. */
export function guarddutyResource(event: Event): Resource {
  const named = RESOURCES.get(guarddutyText(event, "resource.resourceType") ?? "");
  const id = named?.paths.map((path) => guarddutyText(event, `resource.${path}`)).find((text) => text !== undefined);
  if (named === undefined || id === undefined) return { type: "AWS::::Account", id: event.account };
  return resourceOf(named.type, id);
}

/** The principal behind an access key, where there is one. */
function guarddutyActor(event: Event): Actor | null {
  const id = guarddutyText(event, "resource.accessKeyDetails.principalId");
  if (id === undefined) return null;
  const name = guarddutyText(event, "resource.accessKeyDetails.userName");
  const type = guarddutyText(event, "resource.accessKeyDetails.userType") ?? "Unknown";
  return { type, id, ...(name === undefined ? {} : { name }) };
}

export function guarddutyFinding(event: Event): ServiceFinding | undefined {
  const type = guarddutyText(event, "type");
  if (type === undefined) return undefined;
  const { detail } = event.envelope;
  return {
    type,
    title: guarddutyText(event, "title") ?? type,
    severity: guarddutySeverity(event) ?? "medium",
    resource: guarddutyResource(event),
    actor: guarddutyActor(event),
    active: (booleanAt(detail, "service.archived") ?? booleanAt(detail, "Service.Archived")) !== true,
  };
}
