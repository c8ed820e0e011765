import { type Context, nameOf } from "./context.ts";
import type { Metric } from "./metrics.ts";
import { policyOf, tlsOnly } from "./policy.ts";
import { CONFIDENTIAL } from "./tags.ts";

export type AlarmSpec = {
  readonly thing: string;
  readonly description: string;
  readonly above: number;
  readonly periodSeconds: number;
  readonly periods: number;
} & (
  | { readonly kind: "metric"; readonly metric: Metric }
  | { readonly kind: "expression"; readonly expression: string; readonly metrics: Readonly<Record<string, Metric>> }
);

/** Where alarms of one Region go: a topic of its own, as CloudWatch reaches only those of its Region. */
export function alarmTopic(context: Context, { key, region }: { key: aws.kms.Key; region: string }): aws.sns.Topic {
  const topic = new aws.sns.Topic(`Alarms-${region}`, {
    name: nameOf(context, "alarms"),
    kmsMasterKeyId: key.arn,
    region,
    tags: CONFIDENTIAL,
  });
  new aws.sns.TopicPolicy(`Alarms-${region}-policy`, {
    arn: topic.arn,
    region,
    policy: policyOf([
      tlsOnly("sns:Publish", topic.arn),
      {
        Sid: "AlarmsOfThisAccount",
        Principal: { Service: ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] },
        Action: "sns:Publish",
        Resource: topic.arn,
        Condition: { StringEquals: { "aws:SourceAccount": context.account } },
      },
    ]),
  });
  new aws.sns.TopicSubscription(`Alarms-${region}-email`, {
    topic: topic.arn,
    protocol: "email",
    endpoint: context.settings.EPHOR_ALARM_EMAIL,
    region,
  });
  return topic;
}

export type AlarmRegion = { readonly topic: aws.sns.Topic; readonly region: string };

export function alarm(context: Context, spec: AlarmSpec, { topic, region }: AlarmRegion): aws.cloudwatch.MetricAlarm {
  const shared = {
    name: nameOf(context, spec.thing),
    alarmDescription: spec.description,
    comparisonOperator: "GreaterThanThreshold",
    threshold: spec.above,
    evaluationPeriods: spec.periods,
    treatMissingData: "notBreaching",
    alarmActions: [topic.arn],
    okActions: [topic.arn],
    region,
  };
  if (spec.kind === "metric") {
    const { namespace, name, dimensions, stat } = spec.metric;
    return new aws.cloudwatch.MetricAlarm(`Alarm-${spec.thing}`, {
      ...shared,
      namespace,
      metricName: name,
      dimensions: { ...dimensions },
      period: spec.periodSeconds,
      ...(stat.startsWith("p") ? { extendedStatistic: stat } : { statistic: stat }),
    });
  }
  return new aws.cloudwatch.MetricAlarm(`Alarm-${spec.thing}`, {
    ...shared,
    metricQueries: [
      { id: "result", expression: spec.expression, label: spec.thing, returnData: true },
      ...Object.entries(spec.metrics).map(([id, { namespace, name, dimensions, stat }]) => ({
        id,
        metric: { namespace, metricName: name, dimensions: { ...dimensions }, stat, period: spec.periodSeconds },
      })),
    ],
  });
}
