import { z } from "zod";
import type { Event } from "../envelope.ts";
import { defineSource } from "./define-source.ts";
import { textAt } from "./read.ts";
import { resourceAt, type ServiceFinding } from "./service-finding.ts";

/** AWS Backup Developer Guide, "Monitoring AWS Backup events using EventBridge": jobs that back up, copy and restore. */
export const BACKUP = defineSource({
  kind: "backup",
  source: "aws.backup",
  detailTypes: ["Backup Job State Change", "Copy Job State Change", "Restore Job State Change"],
  schema: z.object({}, "an object"),
});

const FAILED = new Set(["FAILED", "ABORTED", "EXPIRED", "PARTIAL"]);
const RESOURCE_PATHS = ["resourceArn", "createdResourceArn", "backupVaultArn", "backupVaultName", "backupJobId"];

/** Some of these events say `state`, others `status`. */
export const backupState = (event: Event): string | undefined =>
  textAt(event.envelope.detail, "state") ?? textAt(event.envelope.detail, "status");

export function backupFinding(event: Event): ServiceFinding | undefined {
  const { detail } = event.envelope;
  const state = backupState(event);
  const resource = resourceAt(detail, { type: textAt(detail, "resourceType") ?? "Other", paths: RESOURCE_PATHS });
  if (state === undefined || resource === undefined) return undefined;
  const job = event.envelope["detail-type"].replace(" State Change", "");
  const reason = textAt(detail, "statusMessage");
  return {
    type: job,
    title: `${job} of ${resource.id} is ${state}${reason === undefined ? "" : `: ${reason}`}`,
    severity: "medium",
    resource,
    actor: null,
    active: FAILED.has(state),
  };
}
