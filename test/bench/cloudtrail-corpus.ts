import type { Json, JsonObject } from "@ephor/domain/json";
import { Random } from "../fuzz/random.ts";

/** Services, and what their calls are named of: a verb and a thing of the service, about 2,400 names. */
const SERVICES = [
  "ec2",
  "iam",
  "s3",
  "sts",
  "kms",
  "lambda",
  "rds",
  "logs",
  "dynamodb",
  "ecs",
  "eks",
  "guardduty",
] as const;
const READS = ["Describe", "List", "Get"] as const;
const WRITES = ["Put", "Create", "Delete", "Update", "Attach", "Modify", "Start"] as const;
const THINGS = [
  "Instance",
  "Role",
  "Bucket",
  "Policy",
  "Key",
  "Function",
  "Stream",
  "Group",
  "Rule",
  "Snapshot",
] as const;

const REGIONS = ["eu-central-1", "eu-west-1", "us-east-1"] as const;
const ERRORS = ["AccessDenied", "ThrottlingException"] as const;

/** EventBridge envelopes around CloudTrail records of about 1.2 KB, as JSON text. The same seed gives the same events. */
export function cloudTrailEvents(count: number, seed: number): readonly string[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => JSON.stringify(envelope(random, i)));
}

/** Patterns as rules are mostly written: a service and one to three of its calls, some with a further condition. */
export function commonPatterns(count: number, seed: number): readonly JsonObject[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => {
    const service = random.pick(SERVICES);
    const extra: readonly [string, Json][] = [
      ["errorCode", [{ exists: false }]],
      ["userIdentity", { type: ["Root"] }],
      ["sourceIPAddress", [{ "anything-but": { suffix: ".amazonaws.com" } }]],
      ["requestParameters", { bucketName: [{ prefix: `bucket-${i}-` }] }],
    ];
    const fields: readonly [string, Json][] = [
      ["eventSource", [`${service}.amazonaws.com`]],
      ["eventName", random.list({ least: 1, most: 3 }, () => callName(random, { service, reads: 0.15 }))],
      ...(random.chance(0.4) ? [random.pick(extra)] : []),
    ];
    const detail: JsonObject = Object.fromEntries(fields);
    return random.chance(0.5) ? { "detail-type": ["AWS API Call via CloudTrail"], detail } : { detail };
  });
}

/** Patterns that no `eventName` tells apart: each has a value of its own in a field that many others also ask for. */
export const adversarialKinds: ReadonlyMap<string, (i: number) => JsonObject> = new Map([
  ["exact value", (i: number): JsonObject => ({ detail: { requestParameters: { bucketName: [`bucket-${i}-data`] } } })],
  [
    "prefix",
    (i: number): JsonObject => ({ detail: { requestParameters: { bucketName: [{ prefix: `bucket-${i}-` }] } } }),
  ],
  ["suffix", (i: number): JsonObject => ({ detail: { userIdentity: { arn: [{ suffix: `/session-${i}` }] } } })],
  ["wildcard", (i: number): JsonObject => ({ detail: { userIdentity: { arn: [{ wildcard: `*role/app-${i}-*` }] } } })],
  [
    "numeric range",
    (i: number): JsonObject => ({
      detail: { responseElements: { size: [{ numeric: [">", i * 1_000, "<", i * 1_000 + 5] }] } },
    }),
  ],
  [
    "address block",
    (i: number): JsonObject => ({ detail: { sourceIPAddress: [{ cidr: `10.${i % 256}.${(i * 7) % 256}.0/28` }] } }),
  ],
  [
    "equals-ignore-case",
    (i: number): JsonObject => ({ detail: { userAgent: [{ "equals-ignore-case": `agent/${i}` }] } }),
  ],
]);

/** All kinds of them in turn. */
export function adversarialPatterns(count: number): readonly JsonObject[] {
  const kinds = [...adversarialKinds.values()];
  return Array.from({ length: count }, (_, i) => kinds[i % kinds.length]?.(i) ?? {});
}

/** Most calls of an account only read, most rules are about calls that write. */
function callName(random: Random, { service, reads }: { service: string; reads: number }): string {
  const verb = random.chance(reads) ? random.pick(READS) : random.pick(WRITES);
  return `${verb}${service.toUpperCase()}${random.pick(THINGS)}${random.pick(["", "s"])}`;
}

function hex(random: Random, length: number): string {
  return Array.from({ length }, () => random.below(16).toString(16)).join("");
}

function envelope(random: Random, i: number): JsonObject {
  const [region, id] = [
    random.pick(REGIONS),
    `${hex(random, 8)}-${hex(random, 4)}-${hex(random, 4)}-${hex(random, 12)}`,
  ];
  const service = random.pick(SERVICES);
  return {
    version: "0",
    id,
    "detail-type": "AWS API Call via CloudTrail",
    source: `aws.${service}`,
    account: "123456789012",
    time: "2026-11-20T12:34:56Z",
    region,
    resources: [],
    detail: record(random, { i, region, service, id }),
  };
}

type Call = { readonly i: number; readonly region: string; readonly service: string; readonly id: string };

function record(random: Random, { i, region, service, id }: Call): JsonObject {
  const error: JsonObject = random.chance(0.05)
    ? { errorCode: random.pick(ERRORS), errorMessage: "not authorized" }
    : {};
  return {
    eventVersion: "1.09",
    userIdentity: identity(random, i),
    eventTime: "2026-11-20T12:34:50Z",
    eventSource: `${service}.amazonaws.com`,
    eventName: callName(random, { service, reads: 0.8 }),
    awsRegion: region,
    sourceIPAddress: random.chance(0.3)
      ? `${service}.amazonaws.com`
      : `10.${random.below(256)}.${random.below(256)}.${random.below(256)}`,
    userAgent: `aws-sdk-java/2.29.${random.below(50)} Linux/5.10 OpenJDK_64-Bit_Server_VM/17.0.${random.below(12)}+9-LTS`,
    ...error,
    requestParameters: {
      bucketName: `bucket-${random.below(5_000)}-data`,
      maxResults: random.below(1_000),
      filterSet: { items: [{ name: "state", valueSet: { items: [{ value: "running" }] } }] },
    },
    responseElements: random.chance(0.5) ? null : { size: random.below(1_000_000), status: "ok" },
    requestID: id,
    eventID: `${hex(random, 8)}-${hex(random, 4)}-${hex(random, 4)}-${hex(random, 12)}`,
    readOnly: random.chance(0.7),
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: "123456789012",
    eventCategory: "Management",
  };
}

function identity(random: Random, i: number): JsonObject {
  const role = `app-${random.below(400)}-worker`;
  return {
    type: random.chance(0.02) ? "Root" : "AssumedRole",
    principalId: `AROA${hex(random, 16).toUpperCase()}:session-${i}`,
    arn: `arn:aws:sts::123456789012:assumed-role/${role}/session-${i % 3_000}`,
    accountId: "123456789012",
    accessKeyId: `ASIA${hex(random, 16).toUpperCase()}`,
    sessionContext: {
      sessionIssuer: { type: "Role", arn: `arn:aws:iam::123456789012:role/${role}`, userName: role },
      attributes: { creationDate: "2026-11-20T11:00:00Z", mfaAuthenticated: "false" },
    },
  };
}
