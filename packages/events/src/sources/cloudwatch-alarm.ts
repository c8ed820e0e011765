import { z } from "zod";
import type { Event } from "../envelope.ts";
import { defineSource } from "./define-source.ts";
import { requiredText } from "./envelope-schema.ts";
import { textAt } from "./read.ts";
import { resourceOf, type ServiceFinding } from "./service-finding.ts";

/** CloudWatch User Guide, "Alarm events and EventBridge". */
export const CLOUDWATCH_ALARM = defineSource({
  kind: "cloudwatch-alarm",
  source: "aws.cloudwatch",
  detailTypes: ["CloudWatch Alarm State Change"],
  schema: z.object({ alarmName: requiredText, state: z.object({ value: requiredText }) }),
});

/** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
export const alarmState = (event: Event): string | undefined => textAt(event.envelope.detail, "state.value");

export function alarmFinding(event: Event): ServiceFinding | undefined {
  const name = textAt(event.envelope.detail, "alarmName");
  const state = alarmState(event);
  if (name === undefined || state === undefined) return undefined;
  return {
    type: "alarm",
    title: `Alarm ${name} is ${state}`,
    severity: "medium",
    resource: resourceOf("AWS::CloudWatch::Alarm", event.envelope.resources[0] ?? name),
    actor: null,
    active: state === "ALARM",
  };
}
