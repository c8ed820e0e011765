import type { JsonObject } from "@ephor/domain/json";
import { hit, malformed, miss } from "../cases/case.ts";
import { serviceEvent } from "../cases/service-event.ts";
import { themes } from "../control-themes.ts";
import { definePassThrough } from "../pass-through.ts";

const inspector = (detail: JsonObject) =>
  serviceEvent({ source: "aws.inspector2", detailType: "Inspector2 Finding", detail });
const vulnerable: JsonObject = {
  awsAccountId: "444455556666",
  findingArn: "arn:aws:inspector2:eu-west-1:444455556666:finding/1",
  type: "PACKAGE_VULNERABILITY",
  title: "CVE-2024-3094 - xz-utils",
  severity: "CRITICAL",
  status: "ACTIVE",
  fixAvailable: "YES",
  packageVulnerabilityDetails: { vulnerabilityId: "CVE-2024-3094" },
  resources: [{ type: "AWS_EC2_INSTANCE", id: "i-0abc" }],
};

export const inspectorFinding = definePassThrough({
  id: "inspector2.finding",
  title: "Inspector finding",
  description: "Software on a machine, in an image or in a function has a known weakness, or a port can be reached.",
  severity: "medium",
  pattern: { source: ["aws.inspector2"], "detail-type": ["Inspector2 Finding"], detail: { status: ["ACTIVE"] } },
  where: { account: "awsAccountId" },
  evidence: {
    arn: "findingArn",
    description: "description",
    score: "inspectorScore",
    exploitAvailable: "exploitAvailable",
    fixAvailable: "fixAvailable",
    packages: "packageVulnerabilityDetails.vulnerablePackages",
    advice: "remediation.recommendation",
  },
  controls: { ...themes.monitoring, fsbp: ["Inspector.1"] },
  falsePositives: "A package that is present but never run: suppress it with a filter in Inspector.",
  references: ["https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html"],
  cases: [
    hit("a vulnerable package", inspector(vulnerable), {
      detection: "inspector2.finding:PACKAGE_VULNERABILITY/CVE-2024-3094",
      title: "CVE-2024-3094 - xz-utils",
      resource: "i-0abc",
      severity: "critical",
    }),
    hit("not yet rated", inspector({ ...vulnerable, severity: "UNTRIAGED" }), { severity: "medium" }),
    miss("fixed", inspector({ ...vulnerable, status: "CLOSED" })),
    miss("suppressed", inspector({ ...vulnerable, status: "SUPPRESSED" })),
    malformed("resources is an object", inspector({ ...vulnerable, resources: { id: "i-0abc" } })),
  ],
});
