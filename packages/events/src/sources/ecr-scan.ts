import { SEVERITIES } from "@ephor/domain/severity";
import { z } from "zod";
import type { Event } from "../envelope.ts";
import { defineSource } from "./define-source.ts";
import { requiredText } from "./envelope-schema.ts";
import { numberAt, textAt } from "./read.ts";
import { resourceOf, type ServiceFinding } from "./service-finding.ts";

/** Amazon ECR User Guide, "Amazon ECR events and EventBridge": a basic scan that was completed, or failed. */
export const ECR_SCAN = defineSource({
  kind: "ecr-scan",
  source: "aws.ecr",
  detailTypes: ["ECR Image Scan"],
  schema: z.object({ "repository-name": requiredText, "scan-status": requiredText }),
});

/** The counts by severity, worst first, without those of zero. */
function countsIn(event: Event) {
  return SEVERITIES.toReversed().flatMap((severity) => {
    const count = numberAt(event.envelope.detail, ["finding-severity-counts", severity.toUpperCase()]) ?? 0;
    return count > 0 ? [{ severity, count }] : [];
  });
}

/** Severity of the worst finding in the image; not active where the scan found nothing. */
export function ecrScanFinding(event: Event): ServiceFinding | undefined {
  const repository = textAt(event.envelope.detail, "repository-name");
  if (repository === undefined) return undefined;
  const counts = countsIn(event);
  const told = counts.map(({ severity, count }) => `${count} ${severity}`).join(", ");
  return {
    type: "image-scan",
    title: `Image ${repository}:${textAt(event.envelope.detail, "image-tags.0") ?? "untagged"} has ${told || "no findings"}`,
    severity: counts[0]?.severity ?? "informational",
    resource: resourceOf("AWS::ECR::Repository", event.envelope.resources[0] ?? repository),
    actor: null,
    active: counts.length > 0,
  };
}
