import { z } from "zod";
import type { EventKind } from "../envelope.ts";
import { defineSource, type Source } from "./define-source.ts";
import { idText, nameText, timeText } from "./envelope-schema.ts";

/*
 * CloudTrail as EventBridge delivers it. The values of `detail-type` are those of the EventBridge User Guide, "AWS
 * service events delivered via AWS CloudTrail"; events also say `Sign In` where that page says `Signin`.
 * Fields: CloudTrail User Guide, "CloudTrail record contents". Identity `eventID`, time `eventTime`.
 */

/** Insight records have no `eventSource` and `eventName` of their own but in `insightDetails`. */
const insightSchema = z.object({ eventID: idText, eventTime: timeText });
const recordSchema = insightSchema.extend({ eventSource: nameText, eventName: nameText });

type Row = {
  readonly kind: EventKind;
  readonly eventTypes: readonly string[];
  /** The first is the one that archived records get. */
  readonly detailTypes: readonly [string, ...string[]];
  readonly schema: typeof recordSchema | typeof insightSchema;
};

const API_CALL: Row = {
  kind: "cloudtrail",
  // Network activity events are API calls seen from the VPC endpoint they went through.
  eventTypes: ["AwsApiCall", "AwsVpceEvents"],
  detailTypes: ["AWS API Call via CloudTrail"],
  schema: recordSchema,
};
const SERVICE: Row = {
  kind: "cloudtrail-service",
  eventTypes: ["AwsServiceEvent"],
  detailTypes: ["AWS Service Event via CloudTrail"],
  schema: recordSchema,
};
const ROWS: readonly Row[] = [
  API_CALL,
  SERVICE,
  {
    kind: "cloudtrail-sign-in",
    eventTypes: ["AwsConsoleSignIn"],
    detailTypes: ["AWS Console Sign In via CloudTrail", "AWS Console Signin via CloudTrail"],
    schema: recordSchema,
  },
  {
    kind: "cloudtrail-console",
    eventTypes: ["AwsConsoleAction"],
    detailTypes: ["AWS Console Action via CloudTrail"],
    schema: recordSchema,
  },
  {
    kind: "cloudtrail-insight",
    eventTypes: ["AwsCloudTrailInsight"],
    detailTypes: ["AWS Insight via CloudTrail"],
    schema: insightSchema,
  },
];

export const CLOUDTRAIL_SOURCES: readonly Source[] = ROWS.map(({ kind, detailTypes, schema }) =>
  defineSource({
    kind,
    // Only AWS may send from `aws.`: what an application calls an API call is not one.
    source: (source) => source.startsWith("aws."),
    detailTypes,
    schema,
    identity: (detail) => detail.eventID,
    time: (detail) => detail.eventTime,
  }),
);

const DETAIL_TYPES = new Map(ROWS.flatMap((row) => row.eventTypes.map((type) => [type, row.detailTypes[0]] as const)));

/**
 * The `detail-type` under which EventBridge delivers a record of this `eventType`. Records before version 1.02 have
 * none and are API calls; a type that CloudTrail adds later is told as a service event.
 */
export const detailTypeOf = (eventType: string | undefined): string =>
  eventType === undefined ? API_CALL.detailTypes[0] : (DETAIL_TYPES.get(eventType) ?? SERVICE.detailTypes[0]);
