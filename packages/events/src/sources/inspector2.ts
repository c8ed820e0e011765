import { z } from "zod";
import type { Event } from "../envelope.ts";
import { defineSource } from "./define-source.ts";
import { requiredText } from "./envelope-schema.ts";
import { textAt } from "./read.ts";
import { resourceOf, type ServiceFinding, severityNamed } from "./service-finding.ts";

/** Amazon Inspector User Guide, "EventBridge event schema for Amazon Inspector events". */
export const INSPECTOR2 = defineSource({
  kind: "inspector2",
  source: "aws.inspector2",
  detailTypes: ["Inspector2 Finding"],
  schema: z.object({ findingArn: requiredText, type: requiredText, severity: requiredText }),
});

const RESOURCE_TYPES: ReadonlyMap<string, string> = new Map([
  ["AWS_EC2_INSTANCE", "AWS::EC2::Instance"],
  ["AWS_ECR_CONTAINER_IMAGE", "AWS::ECR::Image"],
  ["AWS_ECR_REPOSITORY", "AWS::ECR::Repository"],
  ["AWS_LAMBDA_FUNCTION", "AWS::Lambda::Function"],
]);

/** One type a vulnerability: two CVEs of one resource are two findings. Not yet triaged counts as medium. */
export function inspectorFinding(event: Event): ServiceFinding | undefined {
  const { detail } = event.envelope;
  const type = textAt(detail, "type");
  const resourceId = textAt(detail, "resources.0.id");
  if (type === undefined || resourceId === undefined) return undefined;
  const vulnerability = textAt(detail, "packageVulnerabilityDetails.vulnerabilityId");
  const resourceType = textAt(detail, "resources.0.type") ?? "Other";
  return {
    type: vulnerability === undefined ? type : `${type}/${vulnerability}`,
    title: textAt(detail, "title") ?? type,
    severity: severityNamed(textAt(detail, "severity")) ?? "medium",
    resource: resourceOf(RESOURCE_TYPES.get(resourceType) ?? resourceType, resourceId),
    actor: null,
    active: (textAt(detail, "status") ?? "ACTIVE") === "ACTIVE",
  };
}
