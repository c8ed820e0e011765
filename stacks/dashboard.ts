import { bucketNameOf, type Context, nameOf } from "./context.ts";
import {
  apiMetric,
  bucketMetric,
  functionMetric,
  type Metric,
  queueMetric,
  tableMetric,
  workflowMetric,
} from "./metrics.ts";

type Panel = { readonly title: string; readonly metrics: readonly Metric[]; readonly periodSeconds?: number };

/** CloudWatch lays widgets on a grid of 24 columns. */
const WIDTH = 8;
const HEIGHT = 6;
const COLUMNS = 24;

export function dashboard(context: Context): void {
  const widgets = panelsOf(context).map(({ title, metrics, periodSeconds = 300 }, index) => ({
    type: "metric",
    x: (index * WIDTH) % COLUMNS,
    y: Math.floor((index * WIDTH) / COLUMNS) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: {
      title,
      region: context.region,
      view: "timeSeries",
      period: periodSeconds,
      metrics: metrics.map(({ namespace, name, dimensions, stat }) => [
        namespace,
        name,
        ...Object.entries(dimensions).flat(),
        { stat },
      ]),
    },
  }));
  new aws.cloudwatch.Dashboard("Dashboard", {
    dashboardName: nameOf(context, "overview"),
    dashboardBody: JSON.stringify({ widgets }),
  });
}

function panelsOf(context: Context): readonly Panel[] {
  const { functions, topology } = context;
  const api = (name: string, stat = "Sum") => apiMetric(context, { name, stat });
  const each = (name: string, stat = "Sum") =>
    functions.map((one) => functionMetric(context, { function: one.name, name, stat }));
  const tables = (...names: readonly string[]) =>
    topology.tables.flatMap(({ name: table }) =>
      names.map((name) => tableMetric(context, { table, name, stat: "Sum" })),
    );
  const workflows = (name: string, stat = "Sum") =>
    topology.workflows.map((one) => workflowMetric(context, { workflow: one.name, name, stat }));
  const depth = (queue: string) =>
    queueMetric(context, { queue, name: "ApproximateNumberOfMessagesVisible", stat: "Maximum" });
  const evidence = bucketNameOf(context, "evidence");
  return [
    { title: "API requests", metrics: [api("Count")] },
    { title: "API latency, average and p99", metrics: [api("Latency", "Average"), api("Latency", "p99")] },
    { title: "API 4XX and 5XX", metrics: [api("4XXError"), api("5XXError")] },
    { title: "Function runs", metrics: each("Invocations") },
    { title: "Function errors", metrics: each("Errors") },
    { title: "Function duration, p99", metrics: each("Duration", "p99") },
    { title: "Function throttles", metrics: each("Throttles") },
    { title: "Function concurrency", metrics: each("ConcurrentExecutions", "Maximum") },
    { title: "Table capacity used", metrics: tables("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits") },
    { title: "Table throttles", metrics: tables("ReadThrottleEvents", "WriteThrottleEvents") },
    { title: "Workflows started", metrics: workflows("ExecutionsStarted") },
    { title: "Workflows failed", metrics: [...workflows("ExecutionsFailed"), ...workflows("ExecutionsTimedOut")] },
    { title: "Workflow duration, p99", metrics: workflows("ExecutionTime", "p99") },
    { title: "Queues", metrics: [depth("inbox"), depth("undelivered"), depth("executions")] },
    {
      title: "Dead letters",
      metrics: ["inbox", "undelivered", "executions", "stream", "schedules"].map((of) => depth(`${of}-dead`)),
    },
    {
      title: "Evidence stored, bytes",
      metrics: ["StandardStorage", "StandardIAStorage", "GlacierStorage"].map((storage) =>
        bucketMetric(evidence, { name: "BucketSizeBytes", stat: "Average", storage }),
      ),
      periodSeconds: 86_400,
    },
  ];
}
