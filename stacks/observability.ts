import { type AlarmSpec, alarm, alarmTopic } from "./alarms.ts";
import type { Forwarder } from "./bus.ts";
import { type Context, nameOf } from "./context.ts";
import { dashboard } from "./dashboard.ts";
import type { Keys } from "./keys.ts";
import {
  apiMetric,
  functionMetric,
  type Metric,
  queueMetric,
  tableMetric,
  usageMetric,
  workflowMetric,
} from "./metrics.ts";
import type { Queues } from "./queues.ts";

type Made = { readonly keys: Keys; readonly queues: Queues; readonly forwarders: readonly Forwarder[] };

/** What delivery.md names: percent, milliseconds. */
const ERRORS_PERCENT_MAX = 5;
const P99_MS_MAX = 3_000;
const CAPACITY_PERCENT_MAX = 80;
/** Behind by so much, the ledger's records and effects wait. */
const STREAM_AGE_MS_MAX = 60_000;
const FIVE_MINUTES = { periodSeconds: 300, periods: 1 } as const;

export function observability(context: Context, { keys, queues, forwarders }: Made): void {
  const { region } = context;
  const home = { topic: alarmTopic(context, { key: keys.data, region }), region };
  const specs = [
    ...apiAlarms(context),
    ...functionAlarms(context),
    ...tableAlarms(context),
    ...workflowAlarms(context),
    ...Object.keys(queues.dead).map((of) => deadLetterAlarm(context, `${of}-dead`)),
  ];
  for (const spec of specs) alarm(context, spec, home);
  for (const other of forwarders.filter((one) => one.region !== region)) {
    const there = { topic: alarmTopic(context, { key: other.key, region: other.region }), region: other.region };
    alarm(context, deadLetterAlarm(context, `forwarder-dead-${other.region}`), there);
  }
  dashboard(context);
  budget(context);
}

const above = (
  thing: string,
  { metric, limit, description }: { metric: Metric; limit: number; description: string },
): AlarmSpec => ({ kind: "metric", thing, metric, above: limit, description, ...FIVE_MINUTES });

const percent = (
  thing: string,
  { part, whole, limit, description }: { part: Metric; whole: Metric; limit: number; description: string },
): AlarmSpec => ({
  kind: "expression",
  thing,
  expression: "IF(whole > 0, 100 * part / whole, 0)",
  metrics: { part, whole },
  above: limit,
  description,
  ...FIVE_MINUTES,
});

const apiAlarms = (context: Context): readonly AlarmSpec[] => [
  percent("api-5xx", {
    part: apiMetric(context, { name: "5XXError", stat: "Sum" }),
    whole: apiMetric(context, { name: "Count", stat: "Sum" }),
    limit: ERRORS_PERCENT_MAX,
    description: "More than 5% of the API's answers in five minutes were server errors.",
  }),
  above("api-p99", {
    metric: apiMetric(context, { name: "Latency", stat: "p99" }),
    limit: P99_MS_MAX,
    description: "One in a hundred of the API's answers took longer than 3 s.",
  }),
];

function functionAlarms(context: Context): readonly AlarmSpec[] {
  const each = context.functions.flatMap(({ name, source }) => [
    percent(`${name}-errors`, {
      part: functionMetric(context, { function: name, name: "Errors", stat: "Sum" }),
      whole: functionMetric(context, { function: name, name: "Invocations", stat: "Sum" }),
      limit: ERRORS_PERCENT_MAX,
      description: `More than 5% of the runs of ${name} in five minutes failed.`,
    }),
    above(`${name}-throttles`, {
      metric: functionMetric(context, { function: name, name: "Throttles", stat: "Sum" }),
      limit: 0,
      description: `Lambda refused to run ${name}: too much at once.`,
    }),
    ...(source?.kind === "table-stream"
      ? [
          above(`${name}-behind`, {
            metric: functionMetric(context, { function: name, name: "IteratorAge", stat: "Maximum" }),
            limit: STREAM_AGE_MS_MAX,
            description: `${name} is a minute behind the table's stream: records and effects wait.`,
          }),
        ]
      : []),
  ]);
  const used = usageMetric({ service: "Lambda", resource: "ConcurrentExecutions" });
  const concurrency: AlarmSpec = {
    kind: "expression",
    thing: "concurrency",
    expression: "100 * used / SERVICE_QUOTA(used)",
    metrics: { used },
    above: CAPACITY_PERCENT_MAX,
    description: "More than 80% of the account's concurrent Lambda executions are in use.",
    ...FIVE_MINUTES,
  };
  return [...each, concurrency];
}

function tableAlarms(context: Context): readonly AlarmSpec[] {
  const { read, write } = context.stage.unitsPerSecondMax;
  return context.topology.tables.flatMap(({ name }) => {
    const metric = (of: string) => tableMetric(context, { table: name, name: of, stat: "Sum" });
    const used = (thing: string, of: string, unitsPerSecond: number): AlarmSpec => ({
      kind: "expression",
      thing: `table-${name}-${thing}`,
      expression: `100 * units / ${unitsPerSecond * FIVE_MINUTES.periodSeconds}`,
      metrics: { units: metric(of) },
      above: CAPACITY_PERCENT_MAX,
      description: `The table ${name} uses more than 80% of its maximum.`,
      ...FIVE_MINUTES,
    });
    return [
      above(`table-${name}-read-throttles`, {
        metric: metric("ReadThrottleEvents"),
        limit: 0,
        description: `DynamoDB refused reads of ${name}.`,
      }),
      above(`table-${name}-write-throttles`, {
        metric: metric("WriteThrottleEvents"),
        limit: 0,
        description: `DynamoDB refused writes to ${name}.`,
      }),
      used("reads", "ConsumedReadCapacityUnits", read),
      used("writes", "ConsumedWriteCapacityUnits", write),
    ];
  });
}

const workflowAlarms = (context: Context): readonly AlarmSpec[] =>
  context.topology.workflows.flatMap(({ name }) =>
    ["ExecutionsFailed", "ExecutionsTimedOut"].map((metric) =>
      above(`workflow-${name}-${metric === "ExecutionsFailed" ? "failed" : "timed-out"}`, {
        metric: workflowMetric(context, { workflow: name, name: metric, stat: "Sum" }),
        limit: 0,
        description: `An execution of ${name} ${metric === "ExecutionsFailed" ? "failed" : "timed out"}.`,
      }),
    ),
  );

const deadLetterAlarm = (context: Context, queue: string): AlarmSpec =>
  above(`${queue}-not-empty`, {
    metric: queueMetric(context, { queue, name: "ApproximateNumberOfMessagesVisible", stat: "Maximum" }),
    limit: 0,
    description: `Something nobody could handle lies in ${queue}: see docs/deploy.md, "Dead letters".`,
  });

function budget({ settings, stage }: Context): void {
  new aws.budgets.Budget("Budget", {
    name: nameOf({ stage }, "monthly"),
    budgetType: "COST",
    timeUnit: "MONTHLY",
    limitUnit: "USD",
    limitAmount: settings.EPHOR_BUDGET_USD,
    costFilters: [{ name: "TagKeyValue", values: [`user:Environment$${stage.name}`] }],
    notifications: [80, 100].map((threshold) => ({
      comparisonOperator: "GREATER_THAN",
      threshold,
      thresholdType: "PERCENTAGE",
      notificationType: "ACTUAL",
      subscriberEmailAddresses: [settings.EPHOR_ALARM_EMAIL],
    })),
  });
}
