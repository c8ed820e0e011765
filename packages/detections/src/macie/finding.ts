import type { JsonObject } from "@ephor/domain/json";
import { hit, malformed, miss } from "../cases/case.ts";
import { serviceEvent } from "../cases/service-event.ts";
import { themes } from "../control-themes.ts";
import { definePassThrough } from "../pass-through.ts";

const macie = (detail: JsonObject) => serviceEvent({ source: "aws.macie", detailType: "Macie Finding", detail });
const personal: JsonObject = {
  id: "64b917aa-3843-014c-91d8-937ffexample",
  accountId: "444455556666",
  region: "eu-west-1",
  type: "SensitiveData:S3Object/Personal",
  title: "The S3 object contains personal information.",
  severity: { score: 3, description: "High" },
  archived: false,
  resourcesAffected: {
    s3Bucket: { arn: "arn:aws:s3:::reports", name: "reports" },
    s3Object: { key: "2026/customers.csv" },
  },
};

export const macieFinding = definePassThrough({
  id: "macie.finding",
  title: "Macie finding",
  description: "A bucket holds sensitive data that Macie was asked to look for, or is less protected than it was.",
  severity: "medium",
  pattern: {
    source: ["aws.macie"],
    "detail-type": ["Macie Finding"],
    detail: { archived: [false, { exists: false }] },
  },
  where: { account: "accountId", region: "region" },
  evidence: {
    id: "id",
    description: "description",
    count: "count",
    object: "resourcesAffected.s3Object.key",
    publicAccess: "resourcesAffected.s3Bucket.publicAccess.effectivePermission",
    reason: "policyDetails.action",
  },
  controls: { ...themes.exposure, fsbp: ["Macie.1"] },
  falsePositives: "Test data that only looks like the real thing: suppress it with a rule in Macie.",
  references: ["https://docs.aws.amazon.com/macie/latest/user/findings-publish-event-schemas.html"],
  cases: [
    hit("personal data", macie(personal), {
      detection: "macie.finding:SensitiveData:S3Object/Personal",
      resource: "arn:aws:s3:::reports",
      severity: "high",
    }),
    miss("archived by a suppression rule", macie({ ...personal, archived: true })),
    malformed("no bucket is named", macie({ ...personal, resourcesAffected: [] })),
  ],
});
