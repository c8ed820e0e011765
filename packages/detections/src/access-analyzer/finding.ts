import type { JsonObject } from "@ephor/domain/json";
import { hit, malformed, miss } from "../cases/case.ts";
import { serviceEvent } from "../cases/service-event.ts";
import { themes } from "../control-themes.ts";
import { definePassThrough } from "../pass-through.ts";

const analyzer = (detail: JsonObject) =>
  serviceEvent({ source: "aws.access-analyzer", detailType: "Access Analyzer Finding", detail });
const shared: JsonObject = {
  version: "1.0",
  id: "22222222-dcba-4444-dcba-333333333333",
  status: "ACTIVE",
  resourceType: "AWS::S3::Bucket",
  resource: "arn:aws:s3:::reports",
  accountId: "444455556666",
  region: "eu-west-1",
  principal: { AWS: "999988887777" },
  action: ["s3:GetObject"],
  condition: {},
  isDeleted: false,
  isPublic: false,
};

export const accessAnalyzerFinding = definePassThrough({
  id: "access-analyzer.finding",
  title: "IAM Access Analyzer finding",
  description: "A policy gives access to someone outside the zone of trust, or keeps access that nobody uses.",
  severity: "medium",
  pattern: {
    source: ["aws.access-analyzer"],
    "detail-type": ["Access Analyzer Finding", "Internal Access Finding", "Unused Access Finding for IAM entities"],
    detail: { status: ["ACTIVE"] },
  },
  where: { account: "accountId", region: "region" },
  evidence: { id: "id", principal: "principal", action: "action", condition: "condition", isPublic: "isPublic" },
  controls: { ...themes.exposure, cis: ["1.20"], fsbp: ["IAM.28"] },
  falsePositives: "Access given to a partner on purpose: archive it with an archive rule in the analyzer.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html"],
  cases: [
    hit("another account", analyzer(shared), {
      detection: "access-analyzer.finding:ExternalAccess",
      resource: "arn:aws:s3:::reports",
      severity: "medium",
    }),
    hit("everyone", analyzer({ ...shared, isPublic: true, principal: { AWS: "*" } }), { severity: "high" }),
    miss("resolved", analyzer({ ...shared, status: "RESOLVED" })),
    miss("deleted with its analyzer", analyzer({ ...shared, isDeleted: true })),
    malformed("the resource is a list", analyzer({ ...shared, resource: ["arn:aws:s3:::reports"] })),
  ],
});
