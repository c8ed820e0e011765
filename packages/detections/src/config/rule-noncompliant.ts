import { hit, malformed, miss } from "../cases/case.ts";
import { serviceEvent } from "../cases/service-event.ts";
import { themes } from "../control-themes.ts";
import { definePassThrough } from "../pass-through.ts";

const change = (complianceType: string, resourceId: string | number = "AIDAEXAMPLEBOB0000001") =>
  serviceEvent({
    source: "aws.config",
    detailType: "Config Rules Compliance Change",
    detail: {
      messageType: "ComplianceChangeNotification",
      configRuleName: "access-keys-rotated",
      resourceType: "AWS::IAM::User",
      resourceId,
      awsAccountId: "444455556666",
      awsRegion: "us-east-1",
      newEvaluationResult: { complianceType },
      oldEvaluationResult: { complianceType: "COMPLIANT" },
    },
  });

export const ruleNoncompliant = definePassThrough({
  id: "config.rule-noncompliant",
  title: "Config rule finds a resource non-compliant",
  description: "A resource has drifted from a rule that someone set for it.",
  severity: "medium",
  pattern: {
    source: ["aws.config"],
    "detail-type": ["Config Rules Compliance Change"],
    detail: { newEvaluationResult: { complianceType: ["NON_COMPLIANT"] } },
  },
  where: { account: "awsAccountId", region: "awsRegion" },
  evidence: {
    rule: "configRuleARN",
    annotation: "newEvaluationResult.annotation",
    was: "oldEvaluationResult.complianceType",
  },
  controls: { ...themes.monitoring, fsbp: ["Config.1"] },
  falsePositives: "Rules whose scope is too wide: narrow the rule, or allow-list the resource.",
  references: ["https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html"],
  cases: [
    hit("a resource drifts", change("NON_COMPLIANT"), {
      detection: "config.rule-noncompliant:access-keys-rotated",
      resource: "AIDAEXAMPLEBOB0000001",
      severity: "medium",
    }),
    miss("it complies again", change("COMPLIANT")),
    miss("the rule does not apply any more", change("NOT_APPLICABLE")),
    malformed("the resource is a number", change("NON_COMPLIANT", 7)),
  ],
});
