import type { JsonObject } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import { z } from "zod";
import type { Envelope } from "../envelope.ts";
import { check } from "./check.ts";
import { detailTypeOf } from "./cloudtrail.ts";
import { accountText, idText, nameText, regionText, textOf, timeText } from "./envelope-schema.ts";
import type { MalformedEvent } from "./malformed.ts";
import { textAt } from "./read.ts";

const recordSchema = z.object({
  eventID: idText,
  eventTime: timeText,
  awsRegion: regionText,
  eventType: textOf(64).exactOptional(),
  eventSource: nameText.exactOptional(),
  recipientAccountId: accountText,
});

/**
 * A CloudTrail record, as S3 holds it, in the envelope in which EventBridge delivers it (EventBridge User Guide, "AWS
 * service events delivered via AWS CloudTrail"): by either way the event has the same identity, time and detail.
 * Errors: event.malformed, its path a JSON pointer into the record.
 */
export function readCloudtrailRecord(record: JsonObject): Result<Envelope, MalformedEvent> {
  const checked = check(recordSchema, { part: withAccount(record), root: record, path: [] });
  if (!checked.ok) return checked;
  const { eventID, eventTime, awsRegion, eventType, eventSource, recipientAccountId } = checked.value;
  // Insight records name no service of their own: CloudTrail itself sends them.
  const service = eventSource?.split(".", 1)[0] || "cloudtrail";
  return ok({
    version: "0",
    id: eventID,
    "detail-type": detailTypeOf(eventType),
    source: `aws.${service}`,
    account: recipientAccountId,
    time: eventTime,
    region: awsRegion,
    resources: [],
    detail: record,
  });
}

/** Records before version 1.02 tell no recipient: it is then the account of the caller. */
function withAccount(record: JsonObject): JsonObject {
  if (Object.hasOwn(record, "recipientAccountId")) return record;
  const account = textAt(record, "userIdentity.accountId");
  return account === undefined ? record : { ...record, recipientAccountId: account };
}
