import type { JsonObject } from "@ephor/domain/json";
import { hit, malformed, miss } from "../cases/case.ts";
import { serviceEvent } from "../cases/service-event.ts";
import { themes } from "../control-themes.ts";
import { definePassThrough } from "../pass-through.ts";

const hub = (finding: JsonObject) =>
  serviceEvent({ source: "aws.securityhub", detailType: "Findings Imported V2", detail: { findings: [finding] } });
const exposure: JsonObject = {
  class_uid: 2003,
  class_name: "Compliance Finding",
  activity_name: "Create",
  type_name: "Compliance Finding: Create",
  cloud: { account: { uid: "444455556666" }, region: "eu-west-1", provider: "AWS" },
  finding_info: {
    uid: "arn:aws:securityhub:eu-west-1:444455556666:finding/v2/1",
    title: "S3 general purpose buckets should block public read access",
    desc: "The bucket can be read by anyone.",
    types: ["Posture Management"],
    modified_time: 1_768_472_280_000,
  },
  resources: [{ type: "AWS::S3::Bucket", uid: "arn:aws:s3:::reports" }],
  severity_id: 5,
  status: "New",
};

export const securityHubFindingV2 = definePassThrough({
  id: "securityhub.finding-v2",
  title: "Security Hub finding (OCSF)",
  description: "Security Hub has found, or put together from several signals, a risk to the resource.",
  severity: "medium",
  pattern: {
    source: ["aws.securityhub"],
    "detail-type": ["Findings Imported V2"],
    detail: { findings: { status: [{ "anything-but": ["Resolved", "Suppressed", "Archived"] }, { exists: false }] } },
  },
  where: { account: "findings.0.cloud.account.uid", region: "findings.0.cloud.region" },
  evidence: {
    id: "findings.0.finding_info.uid",
    description: "findings.0.finding_info.desc",
    product: "findings.0.metadata.product.name",
    compliance: "findings.0.compliance",
    advice: "findings.0.remediation",
    resources: "findings.0.resources",
  },
  controls: themes.monitoring,
  falsePositives:
    "Security Hub repeats what GuardDuty, Inspector and Macie say: where those are routed here too, one matter is two findings. Suppress one of them.",
  references: ["https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-cwe-event-formats.html"],
  cases: [
    hit("an exposed bucket", hub(exposure), {
      detection: "securityhub.finding-v2:Posture Management",
      resource: "arn:aws:s3:::reports",
      severity: "critical",
    }),
    hit("a severity of no name is medium", hub({ ...exposure, severity_id: 99 }), { severity: "medium" }),
    miss("suppressed", hub({ ...exposure, status: "Suppressed" })),
    miss("resolved", hub({ ...exposure, status: "Resolved" })),
    malformed("finding_info is text", hub({ ...exposure, finding_info: "S3" })),
    malformed("no resource is named", hub({ ...exposure, resources: null })),
  ],
});
