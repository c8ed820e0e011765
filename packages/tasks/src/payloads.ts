import { type ApprovalTerms, ESCALATIONS } from "@ephor/domain/approval";
import { RESPONSE_MODES } from "@ephor/domain/config/response-policy";
import type { FindingDraft } from "@ephor/domain/finding";
import { executionIdOf } from "@ephor/domain/ids";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { RISKS } from "@ephor/domain/remediation";
import type { ResponseDecision } from "@ephor/domain/response-policy";
import { SEVERITIES } from "@ephor/domain/severity";
import { isTenant, type Tenant } from "@ephor/domain/tenant";
import { parseTimestamp, type Timestamp } from "@ephor/domain/time";
import { z } from "zod";

/*
 * What workflows hand to tasks. Each payload carries `v`; a task accepts v and v-1 (architecture rule 6),
 * so that an execution begun by the version before still ends.
 */

export const version = z.literal(1);
export const tenant = z.string().refine(isTenant, "expected a tenant") as unknown as z.ZodType<Tenant>;
export const jsonObject = z.custom<JsonObject>(isJsonObject, "expected an object");
const text = z.string();
/** An id that `parse` knows. */
export const branded = <T extends string>(parse: (text: string) => T | undefined, expected: string): z.ZodType<T> =>
  z.string().refine((value) => parse(value) !== undefined, expected) as unknown as z.ZodType<T>;
export const planHash = text.regex(/^[0-9a-f]{64}$/, "expected the hash of a plan");
/** The execution that asks: a run of the node, or the ARN that Step Functions knows it by. */
export const executionId = z.string().min(1).max(2048).transform(executionIdOf);
const time = z
  .string()
  .refine(
    (value) => parseTimestamp(value) === value,
    "expected RFC 3339 UTC with milliseconds",
  ) as unknown as z.ZodType<Timestamp>;

/** An Express run that tells of itself, in its last state. */
export const run = z.strictObject({
  executionId,
  workflow: text.max(80),
  name: text.max(80),
  startedAt: z
    .string()
    .transform(parseTimestamp)
    .pipe(z.custom<Timestamp>((value) => value !== undefined, "expected a time")),
  eventId: text.nullable(),
});

/** An event as a rule hands it in, or where it lies when it is over 240 KiB. */
export const eventOrRef = z.union([
  z.strictObject({ ref: z.strictObject({ tenant, id: text }) }),
  z.looseObject({ account: text, detail: jsonObject }),
]);
export type EventOrRef = z.output<typeof eventOrRef>;

const named = { type: text, id: text, arn: text.exactOptional(), name: text.exactOptional() };
const draft: z.ZodType<FindingDraft> = z.strictObject({
  detection: text,
  detectionVersion: text,
  title: text,
  severity: z.enum(SEVERITIES),
  account: text,
  region: text,
  resource: z.strictObject(named),
  actor: z.strictObject(named).nullable(),
  actorInKey: z.boolean(),
  mitre: z.array(text),
  controls: z.array(text),
  remediation: text.nullable(),
  evidence: jsonObject,
});
export const seen = z.strictObject({ draft, sighting: z.strictObject({ identity: text, time }) });

const count = z.number().int().min(0);
const asking = {
  expiresHours: count,
  escalation: z.enum(ESCALATIONS).nullable(),
  fallbackGroup: text.nullable(),
};
export const responseDecision: z.ZodType<ResponseDecision> = z.strictObject({
  mode: z.enum(RESPONSE_MODES),
  rule: count.nullable(),
  policyVersion: count,
  risk: z.enum(RISKS).nullable(),
  approvers: z.array(text),
  approvalsMin: count,
  rejectionsMin: count,
  ...asking,
  channels: z.array(text).nullable(),
  remediation: text.nullable(),
  autoInProduction: z.array(text),
});
export const approvalTerms: z.ZodType<ApprovalTerms> = z.strictObject({
  risk: z.enum(RISKS),
  groups: z.array(text),
  approvalsNeeded: count,
  rejectionsNeeded: count,
  ...asking,
  channels: z.array(text),
  because: z.array(text),
});

const lambdaFailure = z.looseObject({ errorMessage: z.string() });

/**
 * Why something failed, in words. On a node a cause is those words; what Lambda says of a function that threw is JSON around
 * them (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html), and Step Functions hands it on as it is.
 */
export const causeText = z.string().transform((cause) => {
  if (!cause.startsWith("{")) return cause;
  try {
    const failure = lambdaFailure.safeParse(JSON.parse(cause));
    return failure.success ? failure.data.errorMessage : cause;
  } catch {
    return cause;
  }
});
