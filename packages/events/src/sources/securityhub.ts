import type { JsonObject } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import type { Severity } from "@ephor/domain/severity";
import { z } from "zod";
import type { Envelope, Event } from "../envelope.ts";
import { parseArn } from "./arn.ts";
import { check } from "./check.ts";
import { defineFindingsSource, defineSource, type Source } from "./define-source.ts";
import { accountText, idText, regionText, timeText } from "./envelope-schema.ts";
import type { MalformedEvent } from "./malformed.ts";
import { numberAt, objectAt, textAt, textsAt } from "./read.ts";
import { resourceTypeOf } from "./resource-type.ts";
import { resourceOf, type ServiceFinding, severityNamed } from "./service-finding.ts";

/*
 * Security Hub CSPM: findings in ASFF. Security Hub User Guide, "Event types for Security Hub CSPM integration with
 * EventBridge" and "AWS Security Finding Format (ASFF)". Identity: `Id` and `UpdatedAt`.
 */

const IMPORTED = "Security Hub Findings - Imported";

const asffSchema = z.object({ Id: idText, UpdatedAt: timeText }, "an ASFF finding, an object");

const identityOf = (finding: z.output<typeof asffSchema>): string => `${finding.Id}@${finding.UpdatedAt}`;

export const SECURITYHUB_SOURCES: readonly Source[] = [
  defineFindingsSource({
    kind: "securityhub",
    source: "aws.securityhub",
    detailTypes: [IMPORTED, "Security Hub Findings - Custom Action"],
    schema: asffSchema,
    identity: identityOf,
  }),
  defineSource({
    kind: "securityhub",
    source: "aws.securityhub",
    detailTypes: ["Security Hub Insight Results"],
    schema: z.object({ insightArn: z.string("the ARN of an insight") }),
  }),
];

const bareSchema = asffSchema.extend({ AwsAccountId: accountText, Region: regionText });

/**
 * A bare ASFF finding in the envelope in which Security Hub sends it. Its time is `UpdatedAt`; where the finding names
 * no Region, that of the product or of its first resource. Errors: event.malformed, path into the finding.
 */
export function readAsffFinding(finding: JsonObject): Result<Envelope, MalformedEvent> {
  const region = textAt(finding, "Region") ?? parseArn(textAt(finding, "ProductArn") ?? "")?.region;
  const located = { ...finding, Region: region || textAt(finding, "Resources.0.Region") || "" };
  const checked = check(bareSchema, { part: located, root: finding, path: [] });
  if (!checked.ok) return checked;
  return ok({
    version: "0",
    id: identityOf(checked.value),
    "detail-type": IMPORTED,
    source: "aws.securityhub",
    account: checked.value.AwsAccountId,
    time: checked.value.UpdatedAt,
    region: checked.value.Region,
    resources: [checked.value.Id],
    detail: { findings: [finding] },
  });
}

/** The one finding of the event; undefined for Insight results. */
export const asffOf = (event: Event): JsonObject | undefined => objectAt(event.envelope.detail, "findings.0");

/** Upper ends of `Severity.Normalized` (Security Hub API Reference, "Severity"). */
const NORMALIZED: readonly (readonly [number, Severity])[] = [
  [0, "informational"],
  [39, "low"],
  [69, "medium"],
  [89, "high"],
  [100, "critical"],
];

function severityIn(asff: JsonObject): Severity | undefined {
  const normalized = numberAt(asff, "Severity.Normalized");
  const byNumber = normalized === undefined ? undefined : NORMALIZED.find(([end]) => normalized <= end)?.[1];
  return severityNamed(textAt(asff, "Severity.Label")) ?? byNumber;
}

/** `Compliance.Status` of a control that holds, or cannot be decided: nothing to answer. */
const HOLDS = new Set(["PASSED", "NOT_AVAILABLE"]);
const CLOSED = new Set(["RESOLVED", "SUPPRESSED"]);

/** A control's finding is typed by the control (`S3.1`), all others by their first ASFF type. */
export function securityhubFinding(event: Event): ServiceFinding | undefined {
  const asff = asffOf(event);
  const [firstType] = asff === undefined ? [] : textsAt(asff, "Types");
  const type = textAt(asff, "Compliance.SecurityControlId") ?? textAt(asff, "ProductFields.ControlId") ?? firstType;
  const title = textAt(asff, "Title");
  const resourceId = textAt(asff, "Resources.0.Id");
  if (asff === undefined || type === undefined || title === undefined || resourceId === undefined) return undefined;
  return {
    type,
    title,
    severity: severityIn(asff) ?? "medium",
    resource: resourceOf(resourceTypeOf(textAt(asff, "Resources.0.Type") ?? "Other"), resourceId),
    actor: null,
    active:
      (textAt(asff, "RecordState") ?? "ACTIVE") === "ACTIVE" &&
      !CLOSED.has(textAt(asff, "Workflow.Status") ?? "") &&
      !HOLDS.has(textAt(asff, "Compliance.Status") ?? ""),
  };
}
