import { z } from "zod";
import type { Event } from "../envelope.ts";
import { defineSource } from "./define-source.ts";
import { requiredText } from "./envelope-schema.ts";
import { textAt } from "./read.ts";
import { resourceOf, type ServiceFinding } from "./service-finding.ts";

/** AWS Config Developer Guide, "Monitoring AWS Config with EventBridge". */
export const CONFIG_COMPLIANCE = defineSource({
  kind: "config-compliance",
  source: "aws.config",
  detailTypes: ["Config Rules Compliance Change"],
  schema: z.object({ configRuleName: requiredText, resourceType: requiredText, resourceId: requiredText }),
});

/** One type a rule. Config rates no severity: medium. */
export function configFinding(event: Event): ServiceFinding | undefined {
  const { detail } = event.envelope;
  const rule = textAt(detail, "configRuleName");
  const resourceType = textAt(detail, "resourceType");
  const resourceId = textAt(detail, "resourceId");
  const compliance = textAt(detail, "newEvaluationResult.complianceType");
  if (rule === undefined || resourceType === undefined || resourceId === undefined) return undefined;
  return {
    type: rule,
    title: `Config rule ${rule} finds ${resourceId} ${compliance ?? "changed"}`,
    severity: "medium",
    resource: resourceOf(resourceType, resourceId),
    actor: null,
    active: compliance === "NON_COMPLIANT",
  };
}
