import type { Severity } from "@ephor/domain/severity";
import { z } from "zod";
import type { Event } from "../envelope.ts";
import { defineSource } from "./define-source.ts";
import { requiredText } from "./envelope-schema.ts";
import { textAt } from "./read.ts";
import { resourceOf, type ServiceFinding } from "./service-finding.ts";

/** AWS Health User Guide, "AWS Health events Amazon EventBridge schema". */
export const HEALTH = defineSource({
  kind: "health",
  source: "aws.health",
  detailTypes: ["AWS Health Event", "AWS Health Abuse Event"],
  schema: z.object({ eventArn: requiredText, service: requiredText, eventTypeCode: requiredText }),
});

const BY_CATEGORY: ReadonlyMap<string, Severity> = new Map([
  ["issue", "high"],
  ["investigation", "medium"],
  ["accountNotification", "low"],
  ["scheduledChange", "low"],
]);

/** AWS tells of exposed credentials and of abuse as mere notifications. */
const IS_RISK = /^AWS_(?:RISK|ABUSE)_/;

export function healthFinding(event: Event): ServiceFinding | undefined {
  const { detail } = event.envelope;
  const code = textAt(detail, "eventTypeCode");
  const arn = textAt(detail, "eventArn");
  if (code === undefined || arn === undefined) return undefined;
  const entity = textAt(detail, "affectedEntities.0.entityValue");
  const isRisk = IS_RISK.test(code) || textAt(detail, "service") === "ABUSE";
  return {
    type: code,
    title: `AWS Health: ${code}${entity === undefined ? "" : ` affects ${entity}`}`,
    severity: isRisk ? "high" : (BY_CATEGORY.get(textAt(detail, "eventTypeCategory") ?? "") ?? "low"),
    resource: entity === undefined ? resourceOf("AWS::Health::Event", arn) : resourceOf("Other", entity),
    actor: null,
    active: textAt(detail, "statusCode") !== "closed",
  };
}
