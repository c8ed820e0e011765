import type { JsonObject } from "@ephor/domain/json";
import type { Event } from "@ephor/events/envelope";
import { textAt } from "@ephor/events/sources/read";
import { hit, malformed, miss } from "../cases/case.ts";
import { serviceEvent } from "../cases/service-event.ts";
import { themes } from "../control-themes.ts";
import { definePassThrough } from "../pass-through.ts";

/** Old controls of CIS name only their rule; by their ASFF type alone all rules on one account would be one finding. */
function ruleOf(event: Event): string | undefined {
  const { detail } = event.envelope;
  const rule = textAt(detail, "findings.0.ProductFields.RuleId");
  const isNamed = textAt(detail, "findings.0.Compliance.SecurityControlId") !== undefined;
  return rule === undefined || isNamed ? undefined : `CIS.${rule}`;
}

const hub = (findings: readonly JsonObject[] | string, detailType = "Security Hub Findings - Imported") =>
  serviceEvent({ source: "aws.securityhub", detailType, detail: { findings } });
const publicBucket: JsonObject = {
  SchemaVersion: "2018-10-08",
  Id: "arn:aws:securityhub:eu-west-1:444455556666:security-control/S3.2/finding/1",
  ProductArn: "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
  GeneratorId: "security-control/S3.2",
  AwsAccountId: "444455556666",
  Region: "eu-west-1",
  UpdatedAt: "2026-01-15T10:18:00.000Z",
  Types: ["Software and Configuration Checks/Industry and Regulatory Standards"],
  Severity: { Label: "CRITICAL", Normalized: 90 },
  Title: "S3 general purpose buckets should block public read access",
  Description: "This control checks whether an S3 bucket permits public read access.",
  Resources: [{ Type: "AwsS3Bucket", Id: "arn:aws:s3:::reports" }],
  Compliance: { Status: "FAILED", SecurityControlId: "S3.2" },
  Workflow: { Status: "NEW" },
  RecordState: "ACTIVE",
};
const { Compliance: _, ...noControl } = publicBucket;

export const securityHubFinding = definePassThrough({
  id: "securityhub.finding",
  title: "Security Hub finding",
  description: "A control of a security standard fails, or a product connected to Security Hub has found something.",
  severity: "medium",
  // Security Hub tells of every check of every control: what passed is kept out by the rule, where it costs nothing.
  pattern: [
    {
      source: ["aws.securityhub"],
      "detail-type": ["Security Hub Findings - Imported"],
      detail: {
        findings: {
          RecordState: ["ACTIVE", { exists: false }],
          Workflow: { Status: ["NEW", "NOTIFIED", { exists: false }] },
          Compliance: { Status: ["FAILED", "WARNING", { exists: false }] },
        },
      },
    },
    { source: ["aws.securityhub"], "detail-type": ["Security Hub Findings - Custom Action"] },
  ],
  where: { account: "findings.0.AwsAccountId", region: "findings.0.Region" },
  typeOf: ruleOf,
  evidence: {
    id: "findings.0.Id",
    product: "findings.0.ProductArn",
    generator: "findings.0.GeneratorId",
    description: "findings.0.Description",
    compliance: "findings.0.Compliance",
    advice: "findings.0.Remediation.Recommendation",
    resources: "findings.0.Resources",
  },
  controls: themes.monitoring,
  falsePositives:
    "Security Hub repeats what GuardDuty, Inspector, Macie and Config say: where those are routed here too, one matter is two findings. Suppress one of them.",
  references: [
    "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html",
  ],
  cases: [
    hit("a control fails", hub([publicBucket]), {
      detection: "securityhub.finding:S3.2",
      title: "S3 general purpose buckets should block public read access",
      resource: "arn:aws:s3:::reports",
      severity: "critical",
      actor: null,
    }),
    hit("sent on by hand", hub([publicBucket], "Security Hub Findings - Custom Action")),
    hit("a rule of CIS 1.2.0", hub([{ ...noControl, ProductFields: { RuleId: "1.3" } }]), {
      detection: "securityhub.finding:CIS.1.3",
    }),
    hit("another product's, with a number for a severity", hub([{ ...noControl, Severity: { Normalized: 45 } }]), {
      detection: "securityhub.finding:Software and Configuration Checks/Industry and Regulatory Standards",
      severity: "medium",
    }),
    miss("the control passes", hub([{ ...publicBucket, Compliance: { Status: "PASSED" } }])),
    miss("archived", hub([{ ...publicBucket, RecordState: "ARCHIVED" }])),
    miss("suppressed", hub([{ ...publicBucket, Workflow: { Status: "SUPPRESSED" } }])),
    miss("resolved", hub([{ ...publicBucket, Workflow: { Status: "RESOLVED" } }])),
    malformed("findings is text", hub("S3.2")),
    malformed("no resource is named", hub([{ ...publicBucket, Resources: {} }])),
  ],
});
