import type { JsonObject } from "@ephor/domain/json";
import { hit, malformed, miss } from "../cases/case.ts";
import { serviceEvent } from "../cases/service-event.ts";
import { themes } from "../control-themes.ts";
import { definePassThrough } from "../pass-through.ts";

const ARN = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:ApiErrors";
const stateChange = (detail: JsonObject) =>
  serviceEvent({
    source: "aws.cloudwatch",
    detailType: "CloudWatch Alarm State Change",
    resources: [ARN],
    detail,
  });
const change = (value: string) =>
  stateChange({
    alarmName: "ApiErrors",
    state: { value, reason: "Threshold Crossed: 1 datapoint was greater than the threshold (5.0)." },
    previousState: { value: "OK" },
    configuration: { description: "Too many errors", metrics: [{ id: "m1", metricStat: { period: 60, stat: "Sum" } }] },
  });

export const alarm = definePassThrough({
  id: "cloudwatch.alarm",
  title: "CloudWatch alarm",
  description: "A metric that someone chose to watch has crossed the line that they drew.",
  severity: "medium",
  pattern: {
    source: ["aws.cloudwatch"],
    "detail-type": ["CloudWatch Alarm State Change"],
    detail: { state: { value: ["ALARM"] } },
  },
  typeOf: () => null,
  evidence: {
    alarmName: "alarmName",
    reason: "state.reason",
    previousState: "previousState.value",
    description: "configuration.description",
    metrics: "configuration.metrics",
  },
  controls: themes.monitoring,
  falsePositives: "Alarms that only drive scaling go off in normal work: allow-list them by name.",
  references: ["https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html"],
  cases: [
    hit("an alarm goes off", change("ALARM"), {
      detection: "cloudwatch.alarm",
      title: "Alarm ApiErrors is ALARM",
      resource: ARN,
      severity: "medium",
      actor: null,
    }),
    miss("it is over", change("OK")),
    miss("too little data to say", change("INSUFFICIENT_DATA")),
    malformed("the alarm has no name", stateChange({ state: { value: "ALARM" } })),
  ],
});
