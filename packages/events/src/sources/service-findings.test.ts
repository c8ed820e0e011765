import type { JsonObject } from "@ephor/domain/json";
import { describe, expect, test } from "vitest";
import type { Event } from "../envelope.ts";
import { eventsOf, parseEnvelope } from "../parse-event.ts";
import { nameInArn } from "./arn.ts";
import { alarmState } from "./cloudwatch-alarm.ts";
import { guarddutyResource } from "./guardduty.ts";
import { SOURCES, serviceFindingOf } from "./index.ts";
import { resourceTypeOf } from "./resource-type.ts";
import { severityNamed } from "./service-finding.ts";

type Sent = {
  readonly source: string;
  readonly type: string;
  readonly detail: JsonObject;
  readonly resources?: readonly string[];
};

function outcome({ source, type, detail, resources = [] }: Sent) {
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

function eventFrom(sent: Sent): Event {
  const events = outcome(sent);
  const [event] = events.ok ? events.value : [];
  if (event === undefined) throw new Error(JSON.stringify(events));
  return event;
}

const ASFF: JsonObject = {
  Id: "f",
  UpdatedAt: "2026-01-02T03:04:05.678Z",
  Types: ["Effects/Data Exposure"],
  Title: "Exposed",
  Severity: { Label: "HIGH" },
  Resources: [{ Type: "AwsS3Bucket", Id: "arn:aws:s3:::data" }],
};
const OCSF: JsonObject = {
  finding_info: { uid: "f", title: "Exposed", types: ["Exposure"], modified_time: 1_767_323_045_678 },
  severity_id: 5,
  resources: [{ uid: "arn:aws:s3:::data", type: "AWS::S3::Bucket" }],
};
const GUARDDUTY: JsonObject = {
  id: "g",
  updatedAt: "2026-01-02T03:04:05.678Z",
  type: "Recon:EC2/Portscan",
  title: "Port scan",
  severity: 5.3,
  resource: { resourceType: "Instance", instanceDetails: { instanceId: "i-1" } },
};

const SENT: Readonly<Record<string, Sent>> = {
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

test.each([
  [
    "guardduty",
    "g@2026-01-02T03:04:05.678Z",
    "Recon:EC2/Portscan",
    "medium",
    { type: "AWS::EC2::Instance", id: "i-1" },
  ],
  [
    "securityhub",
    "f@2026-01-02T03:04:05.678Z",
    "Effects/Data Exposure",
    "high",
    { type: "AWS::S3::Bucket", id: "arn:aws:s3:::data", arn: "arn:aws:s3:::data", name: "data" },
  ],
  [
    "securityhub-v2",
    "f@2026-01-02T03:04:05.678Z",
    "Exposure",
    "critical",
    { type: "AWS::S3::Bucket", id: "arn:aws:s3:::data", arn: "arn:aws:s3:::data", name: "data" },
  ],
  ["config-compliance", "envelope-id", "encrypted-volumes", "medium", { type: "AWS::EC2::Volume", id: "vol-1" }],
  ["cloudwatch-alarm", "envelope-id", "alarm", "medium", { type: "AWS::CloudWatch::Alarm", name: "cpu" }],
  ["health", "envelope-id", "AWS_EC2_ISSUE", "high", { type: "Other", id: "i-1" }],
  ["backup", "envelope-id", "Backup Job", "medium", { type: "EBS", name: "vol-1" }],
  ["inspector2", "envelope-id", "PACKAGE_VULNERABILITY/CVE-2026-0001", "critical", { type: "AWS::EC2::Instance" }],
  ["macie", "envelope-id", "Policy:IAMUser/S3BucketPublic", "high", { type: "AWS::S3::Bucket", name: "data" }],
  ["access-analyzer", "envelope-id", "ExternalAccess", "high", { type: "AWS::S3::Bucket", name: "data" }],
  ["ecr-scan", "envelope-id", "image-scan", "high", { type: "AWS::ECR::Repository", id: "app" }],
  ["codepipeline", "envelope-id", "execution", "low", { type: "AWS::CodePipeline::Pipeline", id: "release" }],
  ["codebuild", "envelope-id", "build", "low", { type: "AWS::CodeBuild::Project", id: "app" }],
  ["budgets", "envelope-id", "budget-alert", "medium", { type: "AWS::Budgets::Budget", id: "all" }],
  ["cost-anomaly", "envelope-id", "anomaly", "medium", { type: "AWS::CE::Anomaly", id: "a-1" }],
])("%s tells its identity, type, severity and resource", (kind, identity, type, severity, resource) => {
  const sent = SENT[kind];
  const event = sent && eventFrom(sent);
  expect(event).toMatchObject({ kind, identity, time: "2026-01-02T03:04:05.000Z" });
  const finding = event && serviceFindingOf(event);
  expect(finding).toMatchObject({ type, severity, resource, active: true });
  expect(finding?.title.length).toBeGreaterThan(5);
});

/** The finding of a sample whose detail has other values in it. */
function findingOf(kind: string, more: JsonObject) {
  const sent = SENT[kind];
  return sent && serviceFindingOf(eventFrom({ ...sent, detail: { ...sent.detail, ...more } }));
}
const asff = (more: JsonObject) => findingOf("securityhub", { findings: [{ ...ASFF, ...more }] });
const ocsf = (more: JsonObject) => findingOf("securityhub-v2", { findings: [{ ...OCSF, ...more }] });

test.each<readonly [string, JsonObject]>([
  ["guardduty", { service: { archived: true } }],
  ["config-compliance", { newEvaluationResult: { complianceType: "COMPLIANT" } }],
  ["cloudwatch-alarm", { state: { value: "OK" } }],
  ["health", { statusCode: "closed" }],
  ["backup", { state: "COMPLETED" }],
  ["inspector2", { status: "CLOSED" }],
  ["macie", { archived: true }],
  ["access-analyzer", { status: "RESOLVED" }],
  ["ecr-scan", { "finding-severity-counts": {} }],
  ["codepipeline", { state: "SUCCEEDED" }],
  ["codebuild", { "build-status": "SUCCEEDED" }],
  ["securityhub", { findings: [{ ...ASFF, RecordState: "ARCHIVED" }] }],
  ["securityhub", { findings: [{ ...ASFF, Workflow: { Status: "RESOLVED" } }] }],
  ["securityhub", { findings: [{ ...ASFF, Compliance: { Status: "PASSED" } }] }],
  ["securityhub-v2", { findings: [{ ...OCSF, activity_name: "Close" }] }],
  ["securityhub-v2", { findings: [{ ...OCSF, status: "Suppressed" }] }],
])("%s tells that it is over: %j", (kind, more) => {
  expect(findingOf(kind, more)?.active).toBe(false);
});

describe("severity", () => {
  test("of GuardDuty is that of its documented ranges", () => {
    const levels = [10, 9, 8.9, 7, 6.9, 4, 3.9, 1, 0.5].map(
      (severity) => findingOf("guardduty", { severity })?.severity,
    );
    const expected = ["critical", "critical", "high", "high", "medium", "medium", "low", "low", "informational"];
    expect(levels).toEqual(expected);
    expect(findingOf("guardduty", { severity: "high" })?.severity).toBe("medium");
  });

  test("of ASFF is its label, else its normalized number", () => {
    const of = (Severity: JsonObject) => asff({ Severity })?.severity;
    expect([0, 1, 39, 40, 69, 70, 89, 90, 100].map((Normalized) => of({ Normalized }))).toEqual([
      "informational",
      "low",
      "low",
      "medium",
      "medium",
      "high",
      "high",
      "critical",
      "critical",
    ]);
    expect([of({ Label: "LOW", Normalized: 90 }), of({}), of({ Normalized: 900 })]).toEqual([
      "low",
      "medium",
      "medium",
    ]);
  });

  test("of OCSF is its id, fatal being critical and unknown medium", () => {
    const ids = [1, 2, 3, 4, 5, 6, 0, 99].map((severity_id) => ocsf({ severity_id })?.severity);
    expect(ids).toEqual(["informational", "low", "medium", "high", "critical", "critical", "medium", "medium"]);
  });

  test("of words is known in any case", () => {
    expect([
      severityNamed("High"),
      severityNamed("INFO"),
      severityNamed("UNTRIAGED"),
      severityNamed(undefined),
    ]).toEqual(["high", "informational", undefined, undefined]);
  });

  test("of AWS Health is high for exposed credentials and abuse, low for what is unknown", () => {
    const quiet = { eventTypeCategory: "accountNotification" };
    expect(findingOf("health", quiet)?.severity).toBe("low");
    expect(findingOf("health", { ...quiet, eventTypeCode: "AWS_RISK_CREDENTIALS_EXPOSED" })?.severity).toBe("high");
    expect(findingOf("health", { ...quiet, service: "ABUSE" })?.severity).toBe("high");
    expect(findingOf("health", { eventTypeCategory: null })?.severity).toBe("low");
  });

  test("of unused access is low, of access that is not public medium", () => {
    expect(findingOf("access-analyzer", { isPublic: false })?.severity).toBe("medium");
    const sent = { source: "aws.access-analyzer", type: "Unused Access Finding for IAM entities" };
    const detail = {
      id: "a",
      status: "ACTIVE",
      resource: "arn:aws:iam::123456789012:role/r",
      findingType: "UnusedIAMRole",
    };
    expect(serviceFindingOf(eventFrom({ ...sent, detail }))).toMatchObject({ severity: "low", type: "UnusedIAMRole" });
  });
});

test("each of several findings is an event of its own, which holds that finding only", () => {
  const others = [ASFF, { ...ASFF, Id: "second" }, { ...ASFF, UpdatedAt: "2026-02-02T00:00:00Z" }];
  const events = outcome({
    source: "aws.securityhub",
    type: "Security Hub Findings - Custom Action",
    detail: { actionName: "a", findings: others },
  });
  expect(events.ok && events.value.map(({ identity }) => identity)).toEqual([
    "f@2026-01-02T03:04:05.678Z",
    "second@2026-01-02T03:04:05.678Z",
    "f@2026-02-02T00:00:00Z",
  ]);
  expect(events.ok && events.value[1]?.envelope.detail).toEqual({ actionName: "a", findings: [others[1]] });
});

test("a change of an OCSF finding is one change, however its time is written", () => {
  const identityOf = (info: JsonObject, more: JsonObject = {}) =>
    eventFrom({
      ...SENT["securityhub-v2"],
      source: "aws.securityhub",
      type: "Findings Imported V2",
      detail: { findings: [{ ...OCSF, ...more, finding_info: { uid: "f", ...info } }] },
    }).identity;
  expect(identityOf({ modified_time_dt: "2026-01-02T03:04:05.678Z" })).toBe("f@2026-01-02T03:04:05.678Z");
  expect(identityOf({ modified_time: 1_767_323_045_678 })).toBe("f@2026-01-02T03:04:05.678Z");
  expect(identityOf({}, { time: 1_767_323_045_678 })).toBe("f@2026-01-02T03:04:05.678Z");
});

test.each([
  ["no finding", { findings: [] }, "/detail/findings"],
  ["no list", { findings: "many" }, "/detail/findings"],
  ["a finding that is none", { findings: [5] }, "/detail/findings/0"],
  ["a finding without id", { findings: [ASFF, { UpdatedAt: "2026-01-02T03:04:05Z" }] }, "/detail/findings/1/Id"],
  ["a finding without time", { findings: [{ Id: "f", UpdatedAt: "now" }] }, "/detail/findings/0/UpdatedAt"],
])("Security Hub with %s is refused at its place", (_, detail, path) => {
  const sent = { source: "aws.securityhub", type: "Security Hub Findings - Imported", detail };
  expect(outcome(sent)).toMatchObject({ ok: false, error: { code: "event.malformed", path } });
});

test("Insight results are one event without a finding", () => {
  const event = eventFrom({
    source: "aws.securityhub",
    type: "Security Hub Insight Results",
    detail: { insightArn: "arn:i" },
  });
  expect([event.kind, event.identity, serviceFindingOf(event)]).toEqual(["securityhub", "envelope-id", undefined]);
});

describe("GuardDuty", () => {
  const spell = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(spell);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name.charAt(0).toUpperCase() + name.slice(1), spell(inner)]),
    );
  };

  test("is read alike in the spelling of EventBridge and in that of the API", () => {
    const pascal = eventFrom({
      source: "aws.guardduty",
      type: "GuardDuty Finding",
      detail: spell(GUARDDUTY) as JsonObject,
    });
    const camel = eventFrom({ source: "aws.guardduty", type: "GuardDuty Finding", detail: GUARDDUTY });
    expect(pascal.identity).toBe(camel.identity);
    expect(serviceFindingOf(pascal)).toEqual(serviceFindingOf(camel));
  });

  test.each<readonly [JsonObject, JsonObject]>([
    [
      { resourceType: "S3Bucket", s3BucketDetails: [{ arn: "arn:aws:s3:::b" }] },
      { type: "AWS::S3::Bucket", name: "b" },
    ],
    [
      { resourceType: "AccessKey", accessKeyDetails: { accessKeyId: "AKIA" } },
      { type: "AWS::IAM::AccessKey", id: "AKIA" },
    ],
    [
      { resourceType: "EKSCluster", eksClusterDetails: { name: "c" } },
      { type: "AWS::EKS::Cluster", id: "c" },
    ],
    [
      { resourceType: "Lambda", lambdaDetails: { functionName: "f" } },
      { type: "AWS::Lambda::Function", id: "f" },
    ],
    [{ resourceType: "Unheard" }, { type: "AWS::::Account", id: "123456789012" }],
    [{ resourceType: "Instance" }, { type: "AWS::::Account", id: "123456789012" }],
  ])("names the resource in %j", (resource, expected) => {
    expect(
      guarddutyResource(
        eventFrom({ source: "aws.guardduty", type: "GuardDuty Finding", detail: { ...GUARDDUTY, resource } }),
      ),
    ).toMatchObject(expected);
  });

  test("tells the principal behind an access key", () => {
    const key = {
      resourceType: "AccessKey",
      accessKeyDetails: { principalId: "AIDA", userName: "alice", userType: "IAMUser" },
    };
    expect(findingOf("guardduty", { resource: key })?.actor).toEqual({ type: "IAMUser", id: "AIDA", name: "alice" });
    expect(findingOf("guardduty", { resource: { accessKeyDetails: { principalId: "AIDA" } } })?.actor).toEqual({
      type: "Unknown",
      id: "AIDA",
    });
    expect(findingOf("guardduty", {})?.actor).toBeNull();
  });

  test("without type is no finding, without title goes by its type", () => {
    expect(findingOf("guardduty", { type: null })).toBeUndefined();
    expect(findingOf("guardduty", { title: null })?.title).toBe("Recon:EC2/Portscan");
  });
});

test.each<readonly [string, JsonObject]>([
  ["securityhub", { findings: [{ ...ASFF, Title: 5 }] }],
  ["securityhub", { findings: [{ ...ASFF, Resources: [] }] }],
  ["securityhub-v2", { findings: [{ ...OCSF, resources: null }] }],
  ["backup", { state: null }],
  ["inspector2", { resources: [] }],
  ["macie", { resourcesAffected: {} }],
  ["access-analyzer", { resource: null }],
  ["codebuild", { "build-status": null }],
  ["budgets", { message: "AWS Budget Notification" }],
])("%s that names nothing is no finding: %j", (kind, more) => {
  expect(findingOf(kind, more)).toBeUndefined();
});

test("details that a source leaves out are left out of the finding", () => {
  expect(asff({ Compliance: { SecurityControlId: "S3.1" } })?.type).toBe("S3.1");
  expect(asff({ Resources: [{ Id: "x" }] })?.resource).toEqual({ type: "Other", id: "x" });
  expect(
    ocsf({ finding_info: { uid: "f", title: "t", modified_time: 1 }, class_name: "Detection Finding" })?.type,
  ).toBe("Detection Finding");
  expect(ocsf({ resources: [{ uid: "x" }] })?.resource.type).toBe("Other");
  expect(findingOf("health", { affectedEntities: [] })?.resource.type).toBe("AWS::Health::Event");
  expect(
    findingOf("backup", { state: null, status: "ABORTED", statusMessage: null, resourceType: null })?.title,
  ).toMatch(/is ABORTED$/);
  expect(
    findingOf("inspector2", {
      packageVulnerabilityDetails: null,
      title: null,
      severity: "UNTRIAGED",
      resources: [{ id: "x" }],
    }),
  ).toMatchObject({ type: "PACKAGE_VULNERABILITY", severity: "medium" });
  expect(findingOf("macie", { title: null, severity: {} })).toMatchObject({ severity: "medium" });
  expect(findingOf("config-compliance", { newEvaluationResult: null })?.active).toBe(false);
  expect(findingOf("ecr-scan", { "finding-severity-counts": {}, "image-tags": [] })?.title).toBe(
    "Image app:untagged has no findings",
  );
  expect(findingOf("codepipeline", { stage: null })?.title).toBe("Pipeline release is FAILED");
  expect(findingOf("budgets", { message: "Budget Name: all" })?.title).toBe("Budget all passed its threshold");
  expect(findingOf("cost-anomaly", { impact: null, dimensionalValue: null })?.title).toBe(
    "Unusual cost of an AWS service",
  );
  expect(findingOf("access-analyzer", { resourceType: null })?.resource.type).toBe("Other");
});

test("a cost anomaly is the same by SNS as by EventBridge", () => {
  const detail = SENT["cost-anomaly"]?.detail ?? {};
  const bySns = eventFrom({ source: "aws.ce", type: "AWS Cost Anomaly via SNS", detail: { message: detail } });
  expect(serviceFindingOf(bySns)).toEqual(findingOf("cost-anomaly", {}));
});

test("an alert of Macie Classic is a Macie event without a finding", () => {
  const event = eventFrom({ source: "aws.macie", type: "Macie Alert", detail: { "alert-arn": "arn:a", name: "n" } });
  expect([event.kind, serviceFindingOf(event)]).toEqual(["macie", undefined]);
});

test("Ephor's own events are told apart by their own id, under any detail-type", () => {
  const event = eventFrom({ source: "ephor", type: "review.completed", detail: { id: "ev-1" } });
  expect([event.kind, event.identity, serviceFindingOf(event)]).toEqual(["ephor", "ev-1", undefined]);
  expect(eventFrom({ source: "ephor", type: "GuardDuty Finding", detail: { id: "ev-2" } }).kind).toBe("ephor");
  expect(outcome({ source: "ephor", type: "x", detail: {} })).toMatchObject({ error: { path: "/detail/id" } });
});

test("a known detail-type of another sender is generic", () => {
  expect(eventFrom({ source: "my.app", type: "GuardDuty Finding", detail: {} }).kind).toBe("generic");
});

test("the readers never throw on an event of their kind with nothing in it", () => {
  for (const { kind } of SOURCES) {
    const event = { ...eventFrom({ source: "my.app", type: "x", detail: {} }), kind };
    expect(serviceFindingOf(event)).toBeUndefined();
    expect(alarmState(event)).toBeUndefined();
  }
});

test.each([
  ["AwsS3Bucket", "AWS::S3::Bucket"],
  ["AwsEc2SecurityGroup", "AWS::EC2::SecurityGroup"],
  ["AwsEc2Vpc", "AWS::EC2::VPC"],
  ["AwsRdsDbInstance", "AWS::RDS::DBInstance"],
  ["AwsIamAccessKey", "AWS::IAM::AccessKey"],
  ["AwsLambdaFunction", "AWS::Lambda::Function"],
  ["AwsElbv2LoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer"],
  ["AwsCloudTrailTrail", "AWS::CloudTrail::Trail"],
  ["AwsAutoScalingAutoScalingGroup", "AWS::AutoScaling::AutoScalingGroup"],
  ["AwsDynamoDbTable", "AWS::DynamoDB::Table"],
  ["AwsAccount", "AWS::::Account"],
  ["Container", "Container"],
])("the ASFF type %s is %s", (asffType, type) => {
  expect(resourceTypeOf(asffType)).toBe(type);
});

test("a name is what ends an ARN", () => {
  expect(nameInArn("arn:aws:iam::123456789012:role/path/ops")).toBe("ops");
  expect(nameInArn("arn:aws:sns:eu-west-1:123456789012:topic")).toBe("topic");
  expect(nameInArn("arn:aws:x:y:z:odd/")).toBe("odd/");
  for (const text of ["arn:aws:s3", "bucket", "arn::s3:::b", "arn:aws:s3:::"]) expect(nameInArn(text)).toBeUndefined();
});
