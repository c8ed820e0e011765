import { placeholdersOf } from "@ephor/topology/placeholders";
import type { Topology } from "@ephor/topology/types";
import type { FunctionSpec } from "../../../functions/functions.ts";

type Declared = { readonly topology: Topology; readonly functions: readonly FunctionSpec[] };

const TRACES = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
const READ_TABLE = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
const WRITE_TABLE = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"];
const READ_KEY = ["kms:Decrypt", "kms:DescribeKey"];
const WRITE_KEY = ["kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey"];
const SEND = ["sqs:SendMessage", "kms:Decrypt", "kms:GenerateDataKey"];
const LOG_DELIVERY = [
  ...["logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery"],
  ...["logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"],
];
const SECRET: Readonly<Record<string, readonly string[]>> = {
  "ledger-key": ["kms:Sign", "kms:GetPublicKey"],
  "cursor-key": ["kms:GenerateMac"],
  "snapshot-key": ["kms:GenerateDataKey", "kms:Decrypt"],
  "link-key": ["kms:GenerateMac"],
};
const SOURCE: Readonly<Record<string, readonly string[]>> = {
  inbox: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "kms:Decrypt"],
  undelivered: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "kms:Decrypt"],
  executions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "kms:Decrypt"],
  "table-stream": [
    ...["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
    ...SEND,
  ],
};

/** Said a second time, apart from the program: what each role may do, by what it is for. */
export function expectedActions(role: string, { topology, functions }: Declared): readonly string[] {
  if (role === "schedules") return ["lambda:InvokeFunction", ...SEND];
  if (role === "routes") return ["states:StartExecution"];
  if (role === "forwarder") return ["events:PutEvents"];
  if (role === "api-logging") return API_LOGGING;
  if (role.startsWith("workflow-")) return workflowActions(role.slice("workflow-".length), topology);
  const spec = functions.find(({ name }) => name === role);
  return spec === undefined ? [] : functionActions(spec);
}

const API_LOGGING = [
  ...["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams"],
  ...["logs:PutLogEvents", "logs:GetLogEvents", "logs:FilterLogEvents"],
];

function workflowActions(name: string, { workflows }: Topology): readonly string[] {
  const definition = workflows.find((one) => one.name === name)?.definition ?? {};
  const kinds = new Set(placeholdersOf(definition).map(({ kind }) => kind));
  return [
    ...TRACES,
    ...["xray:GetSamplingRules", "xray:GetSamplingTargets"],
    ...LOG_DELIVERY,
    ...(kinds.has("task") ? ["lambda:InvokeFunction"] : []),
    ...(kinds.has("workflow") ? ["states:StartExecution"] : []),
  ];
}

function functionActions({ needs, source, environment }: FunctionSpec): readonly string[] {
  const given: readonly (readonly [isNeeded: boolean, actions: readonly string[]])[] = [
    [true, ["logs:CreateLogStream", "logs:PutLogEvents", ...TRACES]],
    [environment.includes("EPHOR_CONFIG"), ["s3:GetObject", "kms:Decrypt"]],
    [needs.table !== undefined, [...READ_TABLE, ...READ_KEY]],
    [needs.table === "readwrite", [...WRITE_TABLE, ...WRITE_KEY]],
    [needs.blobs !== undefined, ["s3:ListBucket", "s3:GetObject", ...READ_KEY]],
    [needs.blobs === "readwrite", ["s3:PutObject", ...WRITE_KEY]],
    [(needs.starts ?? []).length > 0, ["states:StartExecution"]],
    [needs.histories !== undefined, ["states:GetExecutionHistory"]],
    [needs.answersTasks === true, ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"]],
    [needs.inbox !== undefined, [...SEND, "sqs:GetQueueAttributes"]],
    [needs.bus !== undefined, ["events:PutEvents"]],
    // The example's member account: its external id is a secret.
    [needs.remediation === true, ["sts:AssumeRole", "secretsmanager:GetSecretValue"]],
    // The example's channels: secrets of Slack, mail by SES.
    [needs.notifies === true, ["secretsmanager:GetSecretValue", "ses:SendEmail", "ses:SendRawEmail"]],
    [source !== undefined, SOURCE[source?.kind ?? ""] ?? []],
  ];
  const secrets = (needs.secrets ?? []).flatMap((name) => SECRET[name] ?? []);
  return [...given.flatMap(([isNeeded, actions]) => (isNeeded ? actions : [])), ...secrets];
}
