import type { JsonObject } from "@ephor/domain/json";
import { hit, malformed, miss } from "../cases/case.ts";
import { serviceEvent } from "../cases/service-event.ts";
import { themes } from "../control-themes.ts";
import { definePassThrough } from "../pass-through.ts";

const health = (detail: JsonObject) => serviceEvent({ source: "aws.health", detailType: "AWS Health Event", detail });
const issue: JsonObject = {
  eventArn: "arn:aws:health:eu-west-1::event/EC2/AWS_EC2_OPERATIONAL_ISSUE/1",
  service: "EC2",
  eventTypeCode: "AWS_EC2_OPERATIONAL_ISSUE",
  eventTypeCategory: "issue",
  statusCode: "open",
  affectedAccount: "444455556666",
  eventRegion: "eu-west-1",
  eventDescription: [{ language: "en_US", latestDescription: "Instances may be unreachable." }],
  affectedEntities: [{ entityValue: "i-0abc" }],
};

const NOT_CLOSED = [{ "anything-but": ["closed"] }, { exists: false }];

export const healthEvent = definePassThrough({
  id: "health.event",
  title: "AWS Health issue",
  description:
    "AWS itself has trouble with a service that this account uses, or reports abuse or an exposed credential.",
  severity: "medium",
  // Scheduled changes and plain notices are news, not findings; what AWS says of abuse and exposed keys comes as a notice.
  pattern: [
    {
      source: ["aws.health"],
      "detail-type": ["AWS Health Event"],
      detail: { eventTypeCategory: ["issue", "investigation"], statusCode: NOT_CLOSED },
    },
    {
      source: ["aws.health"],
      "detail-type": ["AWS Health Event", "AWS Health Abuse Event"],
      detail: { eventTypeCode: [{ prefix: "AWS_RISK_" }, { prefix: "AWS_ABUSE_" }], statusCode: NOT_CLOSED },
    },
  ],
  where: { account: "affectedAccount", region: "eventRegion" },
  evidence: {
    arn: "eventArn",
    service: "service",
    description: "eventDescription.0.latestDescription",
    startTime: "startTime",
    entities: "affectedEntities",
  },
  controls: themes.monitoring,
  falsePositives: "Issues in a service or a Region that carries nothing of yours.",
  references: ["https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html"],
  cases: [
    hit("an issue", health(issue), {
      detection: "health.event:AWS_EC2_OPERATIONAL_ISSUE",
      resource: "i-0abc",
      severity: "high",
    }),
    hit(
      "a credential that AWS found in public",
      health({
        ...issue,
        service: "RISK",
        eventTypeCode: "AWS_RISK_CREDENTIALS_EXPOSED",
        eventTypeCategory: "accountNotification",
      }),
      { severity: "high" },
    ),
    miss("it is over", health({ ...issue, statusCode: "closed" })),
    miss("a scheduled change", health({ ...issue, eventTypeCategory: "scheduledChange" })),
    malformed("the code is a number", health({ ...issue, eventTypeCode: 7 })),
  ],
});
