import { CONTEXT_KEY } from "@ephor/aws/kms/context-key";
import type { Input } from "@pulumi/pulumi";
import type { FunctionSpec } from "../functions/functions.ts";
import { channelSecrets, externalIdSecrets, identitiesOf, sesSenders } from "./channels.ts";
import { arnsOf, type Context } from "./context.ts";
import type { Keys } from "./keys.ts";
import type { Statement } from "./policy.ts";
import type { Queues } from "./queues.ts";
import { remediationRoleArns } from "./remediation-role.ts";
import type { Storage } from "./storage.ts";
import { TRACES } from "./unscoped-actions.ts";

export type Made = { readonly keys: Keys; readonly storage: Storage; readonly queues: Queues };

const READ_TABLE = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
const WRITE_TABLE = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"];
const USE_KEY = {
  read: ["kms:Decrypt", "kms:DescribeKey"],
  readwrite: [
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:GenerateDataKey",
    "kms:DescribeKey",
  ],
} as const;
const USE_SECRET: Readonly<Record<string, readonly string[]>> = {
  "ledger-key": ["kms:Sign", "kms:GetPublicKey"],
  "cursor-key": ["kms:GenerateMac"],
  "snapshot-key": ["kms:GenerateDataKey", "kms:Decrypt"],
  "link-key": ["kms:GenerateMac"],
};

type Fold = { readonly context: Context; readonly spec: FunctionSpec; readonly made: Made };

/** Exactly what a function declares that it needs, and its own log. */
export function grantsOf(fold: Fold): readonly Statement[] {
  return [
    ...ownLog(fold),
    TRACES,
    ...configuration(fold),
    ...table(fold),
    ...blobs(fold),
    ...secrets(fold),
    ...remediation(fold),
    ...workflows(fold),
    ...sends(fold),
    ...notifies(fold),
    ...source(fold),
  ];
}

const via = ({ region }: Context, service: string) => ({
  Condition: { StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` } },
});

const ownLog = ({ context, spec }: Fold): readonly Statement[] => [
  {
    Sid: "OwnLog",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${arnsOf(context).logGroup(logGroupOf(context, spec.name))}:log-stream:*`,
  },
];

export const logGroupOf = ({ stage }: Pick<Context, "stage">, name: string): string =>
  `/aws/lambda/ephor-${stage.name}-${name}`;

/** Where the configuration lies, in the evidence bucket. */
export const CONFIG_PREFIX = "config/";
/** Where the blob store keeps objects; nothing of Ephor deletes one, the lifecycle does under `tmp/`. */
const BLOB_PREFIXES = ["blobs/", "tmp/blobs/"];

function configuration({ context, spec, made }: Fold): readonly Statement[] {
  if (!spec.environment.includes("EPHOR_CONFIG")) return [];
  return [
    {
      Sid: "Configuration",
      Action: ["s3:GetObject"],
      Resource: $interpolate`${made.storage.evidence.arn}/${CONFIG_PREFIX}*`,
    },
    { Sid: "ConfigurationKey", Action: ["kms:Decrypt"], Resource: made.keys.evidence.arn, ...via(context, "s3") },
  ];
}

function table({ context, spec: { needs }, made }: Fold): readonly Statement[] {
  if (needs.table === undefined) return [];
  const actions = needs.table === "read" ? READ_TABLE : [...READ_TABLE, ...WRITE_TABLE];
  const { tables } = context.topology;
  const resources = tables.flatMap(({ name, indexes }) => {
    const arn = arnsOf(context).table(name);
    return [arn, ...indexes.map((index) => `${arn}/index/${index}`)];
  });
  return [
    { Sid: "Table", Action: actions, Resource: resources },
    { Sid: "TableKey", Action: USE_KEY[needs.table], Resource: made.keys.data.arn, ...via(context, "dynamodb") },
  ];
}

function blobs({ context, spec: { needs }, made }: Fold): readonly Statement[] {
  if (needs.blobs === undefined) return [];
  const { evidence } = made.storage;
  const objects: readonly Input<string>[] = BLOB_PREFIXES.map((prefix) => $interpolate`${evidence.arn}/${prefix}*`);
  const read: readonly Statement[] = [
    // Without it S3 answers 403 for an object that is not there.
    { Sid: "BlobsList", Action: ["s3:ListBucket"], Resource: evidence.arn },
    { Sid: "BlobsRead", Action: ["s3:GetObject"], Resource: objects },
    { Sid: "BlobsKey", Action: USE_KEY[needs.blobs], Resource: made.keys.evidence.arn, ...via(context, "s3") },
  ];
  if (needs.blobs === "read") return read;
  return [...read, { Sid: "BlobsWrite", Action: ["s3:PutObject"], Resource: objects }];
}

const secrets = ({ spec: { needs }, made }: Fold): readonly Statement[] =>
  (needs.secrets ?? []).map((name) => {
    const key = made.keys.secrets[name];
    const actions = USE_SECRET[name];
    if (key === undefined || actions === undefined) throw new Error(`no key is declared for the secret ${name}`);
    const bound = name === "snapshot-key" ? { Condition: BOUND_TO_CONTEXT } : {};
    return { Sid: `Secret${name.replaceAll(/[^a-z]/g, "")}`, Action: actions, Resource: key.arn, ...bound };
  });

/** Whatever is sealed names what it is for, so that nothing else can be opened with the key. */
const BOUND_TO_CONTEXT = { "ForAnyValue:StringEquals": { "kms:EncryptionContextKeys": CONTEXT_KEY } };

/** In accounts that may be changed a function may do nothing itself: it takes on the role there, for one remediation. */
function remediation({ context, spec: { needs } }: Fold): readonly Statement[] {
  const roles = remediationRoleArns(context);
  if (needs.remediation === undefined || roles.length === 0) return [];
  const externalIds = externalIdSecrets(context.remediationAccounts).map((name) => arnsOf(context).secret(name));
  return [
    { Sid: "RemediationRoles", Action: ["sts:AssumeRole"], Resource: roles },
    ...(externalIds.length === 0
      ? []
      : [{ Sid: "ExternalIds", Action: ["secretsmanager:GetSecretValue"], Resource: externalIds }]),
  ];
}

function workflows({ context, spec: { needs } }: Fold): readonly Statement[] {
  const { workflow } = arnsOf(context);
  const starts = needs.starts ?? [];
  const standard = context.topology.workflows.filter(({ type }) => type === "standard").map(({ name }) => name);
  return [
    ...(starts.length === 0
      ? []
      : [{ Sid: "Starts", Action: ["states:StartExecution"], Resource: starts.map(workflow) }]),
    ...(needs.histories === undefined
      ? []
      : [
          {
            Sid: "Histories",
            Action: ["states:GetExecutionHistory"],
            Resource: needs.histories.map((name) => `${arnsOf(context).executions(name)}:*`),
          },
        ]),
    ...(needs.answersTasks === undefined
      ? []
      : [
          {
            Sid: "AnswersTasks",
            Action: ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"],
            Resource: standard.map(workflow),
          },
        ]),
  ];
}

function sends({ context, spec: { needs }, made }: Fold): readonly Statement[] {
  const inbox: readonly Statement[] = [
    { Sid: "Inbox", Action: ["sqs:SendMessage", "sqs:GetQueueAttributes"], Resource: arnsOf(context).queue("inbox") },
    {
      Sid: "InboxKey",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: made.keys.data.arn,
      ...via(context, "sqs"),
    },
  ];
  return [
    ...(needs.inbox === undefined ? [] : inbox),
    ...(needs.bus === undefined ? [] : [{ Sid: "Bus", Action: ["events:PutEvents"], Resource: arnsOf(context).bus }]),
  ];
}

/** The secrets of the channels that are configured, by name, and SES as their senders alone. */
function notifies({ context, spec: { needs } }: Fold): readonly Statement[] {
  if (needs.notifies === undefined) return [];
  const secrets = channelSecrets(context.channels).map((name) => arnsOf(context).secret(name));
  const mail = sesSenders(context.channels).map(({ region, from }, at) => ({
    Sid: `Mail${at}`,
    Action: ["ses:SendEmail", "ses:SendRawEmail"],
    Resource: identitiesOf(from).map((identity) => arnsOf(context).sesIdentity(region, identity)),
    Condition: { StringEquals: { "ses:FromAddress": from } },
  }));
  if (secrets.length === 0) return mail;
  return [...mail, { Sid: "ChannelSecrets", Action: ["secretsmanager:GetSecretValue"], Resource: secrets }];
}

/** What Lambda's poller does in the function's name. */
function source({ context, spec, made }: Fold): readonly Statement[] {
  if (spec.source === undefined) return [];
  if (spec.source.kind !== "table-stream") {
    return [
      {
        Sid: "Source",
        Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        Resource: arnsOf(context).queue(spec.source.kind),
      },
      { Sid: "SourceKey", Action: ["kms:Decrypt"], Resource: made.keys.data.arn, ...via(context, "sqs") },
    ];
  }
  const streams = Object.values(made.storage.tables).map(({ streamArn }) => streamArn);
  return [
    {
      Sid: "Source",
      Action: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
      Resource: streams,
    },
    { Sid: "Streams", Action: ["dynamodb:ListStreams"], Resource: "*" },
    { Sid: "SourceFailed", Action: ["sqs:SendMessage"], Resource: made.queues.dead.stream.arn },
    {
      Sid: "SourceFailedKey",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: made.keys.data.arn,
      ...via(context, "sqs"),
    },
  ];
}
