import { API_STAGE, arnsOf, type Context, nameOf } from "./context.ts";

/** A CloudWatch metric: all its dimensions are known by name. */
export type Metric = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Sum`, `Average`, `Maximum` or a percentile such as `p99`. */
  readonly stat: string;
};
type Of = Pick<Metric, "name" | "stat">;

export const apiMetric = (context: Context, { name, stat }: Of): Metric => ({
  namespace: "AWS/ApiGateway",
  name,
  dimensions: { ApiName: nameOf(context, "api"), Stage: API_STAGE },
  stat,
});

export const functionMetric = (context: Context, { name, stat, function: of }: Of & { function: string }): Metric => ({
  namespace: "AWS/Lambda",
  name,
  dimensions: { FunctionName: nameOf(context, of) },
  stat,
});

export const tableMetric = (context: Context, { name, stat, table }: Of & { table: string }): Metric => ({
  namespace: "AWS/DynamoDB",
  name,
  dimensions: { TableName: nameOf(context, table) },
  stat,
});

export const workflowMetric = (context: Context, { name, stat, workflow }: Of & { workflow: string }): Metric => ({
  namespace: "AWS/States",
  name,
  dimensions: { StateMachineArn: arnsOf(context).workflow(workflow) },
  stat,
});

export const queueMetric = (context: Context, { name, stat, queue }: Of & { queue: string }): Metric => ({
  namespace: "AWS/SQS",
  name,
  dimensions: { QueueName: nameOf(context, queue) },
  stat,
});

export const bucketMetric = (bucket: string, { name, stat, storage }: Of & { storage: string }): Metric => ({
  namespace: "AWS/S3",
  name,
  dimensions: { BucketName: bucket, StorageType: storage },
  stat,
});

/** Use of a quota of the account, to be set against SERVICE_QUOTA (CloudWatch User Guide, "Usage metrics"). */
export const usageMetric = ({ service, resource }: { service: string; resource: string }): Metric => ({
  namespace: "AWS/Usage",
  name: "ResourceCount",
  dimensions: { Service: service, Resource: resource, Type: "Resource", Class: "None" },
  stat: "Maximum",
});
