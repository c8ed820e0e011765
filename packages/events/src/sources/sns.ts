import type { JsonObject } from "@ephor/domain/json";
import { isJsonObject } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import { z } from "zod";
import type { Envelope } from "../envelope.ts";
import { parseArn } from "./arn.ts";
import { bounded } from "./bounds.ts";
import { check } from "./check.ts";
import { idText, timeText } from "./envelope-schema.ts";
import { type MalformedEvent, malformed } from "./malformed.ts";
import { objectAt, textAt } from "./read.ts";

/*
 * Services that tell only an SNS topic: AWS Budgets, and Cost Anomaly Detection in organizations without its events.
 * SNS Developer Guide, "Parsing Amazon SNS message formats"; Lambda wraps the same fields in `Sns`.
 */

export const BUDGET_VIA_SNS = "AWS Budget Notification via SNS";
export const ANOMALY_VIA_SNS = "AWS Cost Anomaly via SNS";
const OTHER_VIA_SNS = "Notification via SNS";

const TOPIC_EXPECTED = "the ARN of an SNS topic";
const notificationSchema = z.object({
  MessageId: idText,
  Timestamp: timeText,
  TopicArn: z.string(TOPIC_EXPECTED).regex(/^arn:[a-z-]+:sns:[a-z0-9-]{1,50}:\d{12}:\S{1,300}$/, TOPIC_EXPECTED),
  Subject: z.string("text").nullish(),
  Message: z.string("text"),
});

/**
 * The envelope for an SNS notification, over HTTPS or as Lambda hands it on: account and Region of the topic, id of
 * the message. `detail.message` is the message, as JSON where it is a JSON object, else as text. A message that is
 * itself an EventBridge event stays a message: who may publish to a topic may not speak for AWS.
 */
export function readSnsNotification(value: JsonObject): Result<Envelope, MalformedEvent> {
  const notification = objectAt(value, "Sns") ?? value;
  const path = notification === value ? [] : ["Sns"];
  const checked = check(notificationSchema, { part: notification, root: value, path });
  if (!checked.ok) return checked;
  const { MessageId, Timestamp, TopicArn, Subject, Message } = checked.value;
  const topic = parseArn(TopicArn);
  if (topic === undefined) return malformed(`expected ${TOPIC_EXPECTED}`, "/TopicArn");
  const message = messageIn(Message);
  return ok({
    version: "0",
    id: MessageId,
    ...senderOf(message),
    account: topic.account,
    time: Timestamp,
    region: topic.region,
    resources: [TopicArn],
    detail: { topicArn: TopicArn, messageId: MessageId, subject: Subject ?? null, message },
  });
}

function messageIn(text: string): string | JsonObject {
  if (!text.trimStart().startsWith("{")) return text;
  try {
    const within = bounded(JSON.parse(text));
    return within.ok ? within.value : text;
  } catch {
    return text;
  }
}

/** Budgets writes prose under its own heading, Cost Anomaly Detection an anomaly with its monitor. */
function senderOf(message: string | JsonObject): { readonly source: string; readonly "detail-type": string } {
  if (isJsonObject(message)) {
    const isAnomaly = textAt(message, "anomalyId") !== undefined && textAt(message, "monitorArn") !== undefined;
    return isAnomaly
      ? { source: "aws.ce", "detail-type": ANOMALY_VIA_SNS }
      : { source: "aws.sns", "detail-type": OTHER_VIA_SNS };
  }
  const isBudget = message.startsWith("AWS Budget Notification");
  return isBudget
    ? { source: "aws.budgets", "detail-type": BUDGET_VIA_SNS }
    : { source: "aws.sns", "detail-type": OTHER_VIA_SNS };
}
