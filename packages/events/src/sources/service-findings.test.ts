import type { JsonObject } from "@ephor/domain/json";
import { expect, test } from "vitest";
import { alarmState } from "./cloudwatch-alarm.ts";
import { SOURCES, serviceFindingOf } from "./index.ts";
import { ASFF, eventFrom, findingOf, OCSF, outcome, SENT } from "./testing.ts";

const asff = (more: JsonObject) => findingOf("securityhub", { findings: [{ ...ASFF, ...more }] });
const ocsf = (more: JsonObject) => findingOf("securityhub-v2", { findings: [{ ...OCSF, ...more }] });

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
