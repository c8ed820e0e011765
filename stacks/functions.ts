import { relative } from "node:path";
import type { Input } from "@pulumi/pulumi";
import { type FunctionSpec, workflowsNamed } from "../functions/functions.ts";
import { bundleFunctions } from "../functions/support/bundle.ts";
import type { EnvironmentName } from "../functions/support/environment.ts";
import { arnsOf, type Context, LIVE, LOG_DAYS, nameOf } from "./context.ts";
import { grantsOf, logGroupOf, type Made } from "./grants.ts";
import { policyOf, trustOf } from "./policy.ts";
import { homeExternalId, homeRoleArn } from "./remediation-role.ts";

export const RUNTIME = "nodejs24.x";
const BUNDLES = ".build/functions";
/** Lambda's poller waits for a stream function's record at most this long before it gives up and tells where it stood. */
const STREAM_AGE_SECONDS_MAX = 86_400;
const STREAM_RETRIES_MAX = 10;

export type Functions = Readonly<
  Record<string, { readonly function: aws.lambda.Function; readonly live: aws.lambda.Alias }>
>;

/** One function each, published as a version behind the alias `live`, with a role and a log group of its own. */
export async function functions(context: Context, made: Made & { readonly config: Input<string> }): Promise<Functions> {
  await bundleFunctions(context.functions, { root: $cli.paths.root, folder: BUNDLES });
  return Object.fromEntries(context.functions.map((spec) => [spec.name, lambda(context, { spec, made })]));
}

type One = { readonly spec: FunctionSpec; readonly made: Made & { readonly config: Input<string> } };

function lambda(context: Context, { spec, made }: One): Functions[string] {
  const { name } = spec;
  const logGroup = new aws.cloudwatch.LogGroup(`Log-${name}`, {
    name: logGroupOf(context, name),
    retentionInDays: LOG_DAYS,
    kmsKeyId: made.keys.data.arn,
  });
  const role = new aws.iam.Role(`Role-${name}`, {
    name: nameOf(context, name),
    description: `Ephor ${context.stage.name}: function ${name}`,
    assumeRolePolicy: trustOf("lambda.amazonaws.com", context.account),
  });
  const grants = new aws.iam.RolePolicy(`Grants-${name}`, {
    name: "declared-needs",
    role: role.name,
    policy: policyOf(grantsOf({ context, spec, made })),
  });
  const one = new aws.lambda.Function(
    `Function-${name}`,
    {
      name: nameOf(context, name),
      description: `Ephor ${context.stage.name}: ${spec.kind} ${name}`,
      runtime: RUNTIME,
      architectures: ["arm64"],
      handler: "index.handler",
      code: new $util.asset.FileArchive(relative(process.cwd(), `${$cli.paths.root}/${BUNDLES}/${name}`)),
      role: role.arn,
      timeout: spec.timeoutSeconds,
      memorySize: spec.memoryMb,
      publish: true,
      reservedConcurrentExecutions: Number(context.settings.EPHOR_RESERVED_CONCURRENCY),
      environment: { variables: environmentOf(context, { spec, made }) },
      kmsKeyArn: made.keys.data.arn,
      tracingConfig: { mode: "Active" },
      loggingConfig: {
        logFormat: "JSON",
        logGroup: logGroup.name,
        applicationLogLevel: "INFO",
        systemLogLevel: "WARN",
      },
    },
    { dependsOn: [grants] },
  );
  const live = new aws.lambda.Alias(`Live-${name}`, {
    name: LIVE,
    functionName: one.name,
    functionVersion: one.version,
  });
  readSource({ spec, made, live });
  return { function: one, live };
}

/** Those variables that the function declares and no other; Node's own is for traces that name source lines. */
function environmentOf(context: Context, { spec, made }: One): Record<string, Input<string>> {
  const { settings, topology } = context;
  const { workflowLive, bus } = arnsOf(context);
  const table = topology.tables[0]?.name ?? "";
  const values: { readonly [N in EnvironmentName]: Input<string> | undefined } = {
    EPHOR_VERSION: settings.EPHOR_VERSION,
    EPHOR_CONFIG: made.config,
    EPHOR_TABLE: nameOf(context, table),
    EPHOR_BUCKET: made.storage.evidence.bucket,
    EPHOR_BUCKET_KEY: made.keys.evidence.arn,
    EPHOR_LEDGER_KEY: made.keys.secrets["ledger-key"]?.arn,
    EPHOR_CURSOR_KEY: made.keys.secrets["cursor-key"]?.arn,
    EPHOR_LINK_KEY: made.keys.secrets["link-key"]?.arn,
    EPHOR_SNAPSHOT_KEY: made.keys.secrets["snapshot-key"]?.arn,
    EPHOR_REMEDIATION_ROLE: homeRoleArn(context),
    EPHOR_REMEDIATION_EXTERNAL_ID: homeExternalId(context),
    EPHOR_INBOX_QUEUE: made.queues.inbox.url,
    EPHOR_BUS: bus,
    EPHOR_WORKFLOW_ARNS: JSON.stringify(
      Object.fromEntries(workflowsNamed(spec.needs).map((name) => [name, workflowLive(name)])),
    ),
  };
  const declared = spec.environment.map((name): readonly [string, Input<string>] => {
    const value = values[name];
    if (value === undefined) throw new Error(`function ${spec.name} declares ${name}, which nothing gives`);
    return [name, value];
  });
  return { ...Object.fromEntries(declared), NODE_OPTIONS: "--enable-source-maps" };
}

function readSource({ spec, made, live }: One & { live: aws.lambda.Alias }): void {
  const { source } = spec;
  if (source === undefined) return;
  const shared = {
    functionName: live.arn,
    batchSize: source.batchSize,
    maximumBatchingWindowInSeconds: source.windowSeconds,
    functionResponseTypes: ["ReportBatchItemFailures"],
    ...(source.filters === undefined
      ? {}
      : { filterCriteria: { filters: source.filters.map((pattern) => ({ pattern })) } }),
  };
  if (source.kind !== "table-stream") {
    new aws.lambda.EventSourceMapping(`Source-${spec.name}`, {
      ...shared,
      eventSourceArn: made.queues[source.kind].arn,
    });
    return;
  }
  for (const [name, table] of Object.entries(made.storage.tables)) {
    new aws.lambda.EventSourceMapping(`Source-${spec.name}-${name}`, {
      ...shared,
      eventSourceArn: table.streamArn,
      startingPosition: "TRIM_HORIZON",
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: STREAM_RETRIES_MAX,
      maximumRecordAgeInSeconds: STREAM_AGE_SECONDS_MAX,
      destinationConfig: { onFailure: { destinationArn: made.queues.dead.stream.arn } },
    });
  }
}
