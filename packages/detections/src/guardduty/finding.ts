import type { JsonObject } from "@ephor/domain/json";
import { hit, malformed, miss } from "../cases/case.ts";
import { serviceEvent } from "../cases/service-event.ts";
import { themes } from "../control-themes.ts";
import { definePassThrough } from "../pass-through.ts";

const guardDuty = (detail: JsonObject) =>
  serviceEvent({ source: "aws.guardduty", detailType: "GuardDuty Finding", detail });
const ID = "6acdc15e4418414a868e8bbdf45b456b";
const mining: JsonObject = {
  schemaVersion: "2.0",
  accountId: "444455556666",
  region: "us-east-1",
  id: ID,
  arn: `arn:aws:guardduty:us-east-1:444455556666:detector/1/finding/${ID}`,
  type: "CryptoCurrency:EC2/BitcoinTool.B!DNS",
  severity: 8,
  title: "Bitcoin-related domain name queried by EC2 instance i-0abc.",
  description: "EC2 instance i-0abc is querying a domain name that is associated with Bitcoin-related activity.",
  updatedAt: "2026-01-15T10:18:00.000Z",
  resource: { resourceType: "Instance", instanceDetails: { instanceId: "i-0abc" } },
  service: { serviceName: "guardduty", archived: false, count: 3 },
};

export const guardDutyFinding = definePassThrough({
  id: "guardduty.finding",
  title: "GuardDuty finding",
  description: "GuardDuty has seen behaviour in logs or at run time that looks like an attack or its aftermath.",
  severity: "medium",
  pattern: {
    source: ["aws.guardduty"],
    "detail-type": ["GuardDuty Finding"],
    detail: { service: { archived: [false, { exists: false }] } },
  },
  where: { account: "accountId", region: "region" },
  evidence: {
    id: "id",
    arn: "arn",
    score: "severity",
    description: "description",
    count: "service.count",
    action: "service.action",
    sample: "service.additionalInfo.sample",
  },
  controls: { ...themes.monitoring, fsbp: ["GuardDuty.1"] },
  falsePositives: "Penetration tests and scanners of your own; suppress them in GuardDuty, or allow-list the resource.",
  references: [
    "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html",
    "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-active.html",
  ],
  cases: [
    hit("an instance mines", guardDuty(mining), {
      detection: "guardduty.finding:CryptoCurrency:EC2/BitcoinTool.B!DNS",
      title: "Bitcoin-related domain name queried by EC2 instance i-0abc.",
      resource: "i-0abc",
      severity: "high",
      actor: null,
    }),
    hit("an attack sequence is critical", guardDuty({ ...mining, severity: 9 }), { severity: "critical" }),
    hit("a recon attempt is low", guardDuty({ ...mining, severity: 2 }), { severity: "low" }),
    hit(
      "names as the API writes them",
      guardDuty({
        AccountId: "444455556666",
        Id: ID,
        UpdatedAt: "2026-01-15T10:18:00.000Z",
        Type: "Policy:S3/BucketAnonymousAccessGranted",
        Severity: 5.0,
        Title: "Amazon S3 Public Anonymous Access was granted",
        Resource: { ResourceType: "S3Bucket", S3BucketDetails: [{ Name: "reports", Arn: "arn:aws:s3:::reports" }] },
        Service: { Archived: false },
      }),
      { resource: "arn:aws:s3:::reports", severity: "medium" },
    ),
    miss("archived by a suppression rule", guardDuty({ ...mining, service: { archived: true } })),
    malformed("the type is a list", guardDuty({ ...mining, type: ["CryptoCurrency"] })),
    malformed("the id is missing", guardDuty({ ...mining, id: null })),
  ],
});
