import type { Severity } from "@ephor/domain/severity";
import { z } from "zod";
import type { Event } from "../envelope.ts";
import { defineSource } from "./define-source.ts";
import { requiredText } from "./envelope-schema.ts";
import { booleanAt, textAt } from "./read.ts";
import { resourceOf, type ServiceFinding } from "./service-finding.ts";

const UNUSED = "Unused Access Finding for IAM entities";

/** IAM User Guide, "Monitoring IAM Access Analyzer with EventBridge": access from outside, from inside, and unused. */
export const ACCESS_ANALYZER = defineSource({
  kind: "access-analyzer",
  source: "aws.access-analyzer",
  detailTypes: ["Access Analyzer Finding", "Internal Access Finding", UNUSED],
  schema: z.object({ id: requiredText, status: requiredText }),
});

/** IAM Access Analyzer rates nothing: public is high, unused is low, all else medium. */
function severityIn(event: Event): Severity {
  if (booleanAt(event.envelope.detail, "isPublic") === true) return "high";
  return event.envelope["detail-type"] === UNUSED ? "low" : "medium";
}

export function accessAnalyzerFinding(event: Event): ServiceFinding | undefined {
  const { detail } = event.envelope;
  const resourceId = textAt(detail, "resource");
  if (resourceId === undefined) return undefined;
  const type = textAt(detail, "findingType") ?? "ExternalAccess";
  return {
    type,
    title: `IAM Access Analyzer: ${type} on ${resourceId}`,
    severity: severityIn(event),
    resource: resourceOf(textAt(detail, "resourceType") ?? "Other", resourceId),
    actor: null,
    active: textAt(detail, "status") === "ACTIVE" && booleanAt(detail, "isDeleted") !== true,
  };
}
