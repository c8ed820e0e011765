import { z } from "zod";
import type { Event } from "../envelope.ts";
import { defineSource, type Source } from "./define-source.ts";
import { requiredText } from "./envelope-schema.ts";
import { booleanAt, textAt } from "./read.ts";
import { resourceAt, type ServiceFinding, severityNamed } from "./service-finding.ts";

/** Amazon Macie User Guide, "EventBridge event schema for Macie findings"; alerts are those of Macie Classic. */
export const MACIE_SOURCES: readonly Source[] = [
  defineSource({
    kind: "macie",
    source: "aws.macie",
    detailTypes: ["Macie Finding"],
    schema: z.object({ id: requiredText, type: requiredText }),
  }),
  defineSource({
    kind: "macie",
    source: "aws.macie",
    detailTypes: ["Macie Alert"],
    schema: z.object({ "alert-arn": requiredText, name: requiredText }),
  }),
];

const BUCKET = {
  type: "AWS::S3::Bucket",
  paths: ["resourcesAffected.s3Bucket.arn", "resourcesAffected.s3Bucket.name"],
};

/** Undefined for alerts of Macie Classic, which name no bucket. */
export function macieFinding(event: Event): ServiceFinding | undefined {
  const { detail } = event.envelope;
  const type = textAt(detail, "type");
  const resource = resourceAt(detail, BUCKET);
  if (type === undefined || resource === undefined) return undefined;
  return {
    type,
    title: textAt(detail, "title") ?? type,
    severity: severityNamed(textAt(detail, "severity.description")) ?? "medium",
    resource,
    actor: null,
    active: booleanAt(detail, "archived") !== true,
  };
}
