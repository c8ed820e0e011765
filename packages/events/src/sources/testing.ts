import type { JsonObject } from "@ephor/domain/json";
import type { Event } from "../envelope.ts";
import { eventsOf, parseEnvelope } from "../parse-event.ts";
import { serviceFindingOf } from "./index.ts";

/** What tests of the sources send: one sample a kind, shaped as the documentation of its service shows it. */
export type Sent = {
  readonly source: string;
  readonly type: string;
  readonly detail: JsonObject;
  readonly resources?: readonly string[];
};

export function outcome({ source, type, detail, resources = [] }: Sent) {
  const parsed = parseEnvelope({
    id: "envelope-id",
    "detail-type": type,
    source,
    account: "123456789012",
    time: "2026-01-02T03:04:05Z",
    region: "eu-west-1",
    resources,
    detail,
  });
  return parsed.ok ? eventsOf(parsed.value) : parsed;
}

export function eventFrom(sent: Sent): Event {
  const events = outcome(sent);
  const [event] = events.ok ? events.value : [];
  if (event === undefined) throw new Error(JSON.stringify(events));
  return event;
}

export const ASFF: JsonObject = {
  Id: "f",
  UpdatedAt: "2026-01-02T03:04:05.678Z",
  Types: ["Effects/Data Exposure"],
  Title: "Exposed",
  Severity: { Label: "HIGH" },
  Resources: [{ Type: "AwsS3Bucket", Id: "arn:aws:s3:::data" }],
};
export const OCSF: JsonObject = {
  finding_info: { uid: "f", title: "Exposed", types: ["Exposure"], modified_time: 1_767_323_045_678 },
  severity_id: 5,
  resources: [{ uid: "arn:aws:s3:::data", type: "AWS::S3::Bucket" }],
};
export const GUARDDUTY: JsonObject = {
  id: "g",
  updatedAt: "2026-01-02T03:04:05.678Z",
  type: "Recon:EC2/Portscan",
  title: "Port scan",
  severity: 5.3,
  resource: { resourceType: "Instance", instanceDetails: { instanceId: "i-1" } },
};

export const SENT: Readonly<Record<string, Sent>> = {
  guardduty: { source: "aws.guardduty", type: "GuardDuty Finding", detail: GUARDDUTY },
  securityhub: { source: "aws.securityhub", type: "Security Hub Findings - Imported", detail: { findings: [ASFF] } },
  "securityhub-v2": { source: "aws.securityhub", type: "Findings Imported V2", detail: { findings: [OCSF] } },
  "config-compliance": {
    source: "aws.config",
    type: "Config Rules Compliance Change",
    detail: {
      configRuleName: "encrypted-volumes",
      resourceType: "AWS::EC2::Volume",
      resourceId: "vol-1",
      newEvaluationResult: { complianceType: "NON_COMPLIANT" },
    },
  },
  "cloudwatch-alarm": {
    source: "aws.cloudwatch",
    type: "CloudWatch Alarm State Change",
    detail: { alarmName: "cpu", state: { value: "ALARM" } },
    resources: ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cpu"],
  },
  health: {
    source: "aws.health",
    type: "AWS Health Event",
    detail: {
      eventArn: "arn:aws:health:eu-west-1::event/EC2/X/1",
      service: "EC2",
      eventTypeCode: "AWS_EC2_ISSUE",
      eventTypeCategory: "issue",
      affectedEntities: [{ entityValue: "i-1" }],
    },
  },
  backup: {
    source: "aws.backup",
    type: "Backup Job State Change",
    detail: {
      state: "FAILED",
      statusMessage: "no such vault",
      resourceType: "EBS",
      resourceArn: "arn:aws:ec2:eu-west-1:123456789012:volume/vol-1",
    },
  },
  inspector2: {
    source: "aws.inspector2",
    type: "Inspector2 Finding",
    detail: {
      findingArn: "arn:f",
      type: "PACKAGE_VULNERABILITY",
      severity: "CRITICAL",
      title: "CVE-2026-0001",
      status: "ACTIVE",
      packageVulnerabilityDetails: { vulnerabilityId: "CVE-2026-0001" },
      resources: [{ id: "i-1", type: "AWS_EC2_INSTANCE" }],
    },
  },
  macie: {
    source: "aws.macie",
    type: "Macie Finding",
    detail: {
      id: "m",
      type: "Policy:IAMUser/S3BucketPublic",
      title: "Public bucket",
      severity: { description: "High" },
      resourcesAffected: { s3Bucket: { arn: "arn:aws:s3:::data" } },
    },
  },
  "access-analyzer": {
    source: "aws.access-analyzer",
    type: "Access Analyzer Finding",
    detail: {
      id: "a",
      status: "ACTIVE",
      isPublic: true,
      resource: "arn:aws:s3:::data",
      resourceType: "AWS::S3::Bucket",
    },
  },
  "ecr-scan": {
    source: "aws.ecr",
    type: "ECR Image Scan",
    detail: {
      "repository-name": "app",
      "scan-status": "COMPLETE",
      "image-tags": ["1.0"],
      "finding-severity-counts": { HIGH: 2, CRITICAL: 0, LOW: 1 },
    },
  },
  codepipeline: {
    source: "aws.codepipeline",
    type: "CodePipeline Stage Execution State Change",
    detail: { pipeline: "release", stage: "Test", state: "FAILED" },
  },
  codebuild: {
    source: "aws.codebuild",
    type: "CodeBuild Build State Change",
    detail: { "project-name": "app", "build-id": "arn:b", "build-status": "FAILED" },
  },
  budgets: {
    source: "aws.budgets",
    type: "AWS Budget Notification via SNS",
    detail: { message: "AWS Budget Notification\n\nBudget Name: all\nAlert Type: ACTUAL\nAlert Threshold: > $80.00\n" },
  },
  "cost-anomaly": {
    source: "aws.ce",
    type: "Anomaly Detected",
    detail: { anomalyId: "a-1", monitorArn: "arn:m", dimensionalValue: "AmazonEC2", impact: { totalImpact: 12.5 } },
  },
};

/** The finding of a sample whose detail has other values in it. */
export function findingOf(kind: string, more: JsonObject) {
  const sent = SENT[kind];
  return sent && serviceFindingOf(eventFrom({ ...sent, detail: { ...sent.detail, ...more } }));
}
