import type { JsonObject } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import { SEVERITY_IDS, type Severity } from "@ephor/domain/severity";
import { z } from "zod";
import type { Envelope, Event } from "../envelope.ts";
import { check } from "./check.ts";
import { defineFindingsSource, type Source } from "./define-source.ts";
import { accountText, idText, regionText, timeText } from "./envelope-schema.ts";
import type { MalformedEvent } from "./malformed.ts";
import { numberAt, objectAt, textAt } from "./read.ts";
import { resourceOf, type ServiceFinding } from "./service-finding.ts";

/*
 * Security Hub: findings in OCSF. Security Hub User Guide, "EventBridge event formats" and "OCSF findings"; OCSF 1.x,
 * classes of the category Findings. Identity: the finding's uid and when it was last modified.
 */

const IMPORTED = "Findings Imported V2";

const epochMs = z.int("milliseconds since 1970").min(0).max(253_402_300_799_999);
const infoSchema = z.object({
  uid: idText,
  modified_time: epochMs.exactOptional(),
  modified_time_dt: timeText.exactOptional(),
});
/** `time`, which every OCSF event has, stands in where the finding does not tell its last change. */
const ocsfSchema = z.object({ finding_info: infoSchema, time: epochMs.exactOptional() }, "an OCSF finding");
type Ocsf = z.output<typeof ocsfSchema>;

/** The same for a time given as number and as text, so that one update has one identity. */
function modifiedAt({ finding_info: info, time }: Ocsf): string {
  const ms = info.modified_time ?? (info.modified_time_dt === undefined ? time : Date.parse(info.modified_time_dt));
  return new Date(ms ?? 0).toISOString();
}

const identityOf = (finding: Ocsf): string => `${finding.finding_info.uid}@${modifiedAt(finding)}`;

export const SECURITYHUB_V2_SOURCES: readonly Source[] = [
  defineFindingsSource({
    kind: "securityhub-v2",
    source: "aws.securityhub",
    detailTypes: [IMPORTED],
    schema: ocsfSchema,
    identity: identityOf,
  }),
];

const bareSchema = ocsfSchema.extend({
  cloud: z.object({ region: regionText, account: z.object({ uid: accountText }) }),
});

/** A bare OCSF finding in the envelope in which Security Hub sends it, at the time of its last change. */
export function readOcsfFinding(finding: JsonObject): Result<Envelope, MalformedEvent> {
  const checked = check(bareSchema, { part: finding, root: finding, path: [] });
  if (!checked.ok) return checked;
  return ok({
    version: "0",
    id: identityOf(checked.value),
    "detail-type": IMPORTED,
    source: "aws.securityhub",
    account: checked.value.cloud.account.uid,
    time: modifiedAt(checked.value),
    region: checked.value.cloud.region,
    resources: [checked.value.finding_info.uid],
    detail: { findings: [finding] },
  });
}

export const ocsfOf = (event: Event): JsonObject | undefined => objectAt(event.envelope.detail, "findings.0");

const BY_ID: ReadonlyMap<number, Severity> = new Map([
  [SEVERITY_IDS.informational, "informational"],
  [SEVERITY_IDS.low, "low"],
  [SEVERITY_IDS.medium, "medium"],
  [SEVERITY_IDS.high, "high"],
  [SEVERITY_IDS.critical, "critical"],
  // OCSF "Fatal" has no name of its own here.
  [6, "critical"],
]);

/** `finding_info.types` first, as Security Hub fills it; the OCSF class where it is empty. */
export function securityhubV2Finding(event: Event): ServiceFinding | undefined {
  const ocsf = ocsfOf(event);
  const type = textAt(ocsf, "finding_info.types.0") ?? textAt(ocsf, "type_name") ?? textAt(ocsf, "class_name");
  const title = textAt(ocsf, "finding_info.title");
  const resourceId = textAt(ocsf, "resources.0.uid");
  if (type === undefined || title === undefined || resourceId === undefined) return undefined;
  return {
    type,
    title,
    severity: BY_ID.get(numberAt(ocsf, "severity_id") ?? 0) ?? "medium",
    resource: resourceOf(textAt(ocsf, "resources.0.type") ?? "Other", resourceId),
    actor: null,
    active: textAt(ocsf, "activity_name") !== "Close" && !CLOSED.has(textAt(ocsf, "status") ?? ""),
  };
}

const CLOSED = new Set(["Resolved", "Suppressed", "Archived"]);
