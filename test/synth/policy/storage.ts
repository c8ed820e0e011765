import { at, type Check, expects, hasPartner, listAt, ofType, statementsAt, textAt, typed } from "./check.ts";

const TABLE = "dynamodb/table:Table";
const BUCKET = "s3/bucket:Bucket";
const QUEUE = "sqs/queue:Queue";
const TOPIC = "sns/topic:Topic";
const isKeyArn = (value: unknown): boolean =>
  typeof value === "string" && /^arn:aws:kms:[^:]+:\d{12}:key\/\S+$/.test(value);

/** Every bucket has these beside it. */
const BESIDE_A_BUCKET: readonly (readonly [what: string, type: string])[] = [
  ["a public access block", "s3/bucketPublicAccessBlock:BucketPublicAccessBlock"],
  ["default encryption", "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"],
  ["versioning", "s3/bucketVersioning:BucketVersioning"],
  ["a policy", "s3/bucketPolicy:BucketPolicy"],
  ["a lifecycle", "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"],
  ["ownership controls", "s3/bucketOwnershipControls:BucketOwnershipControls"],
];

const tlsOnly = (path: string, types: readonly string[]): Check => ({
  name: "refuses all that does not come over TLS",
  types: typed(...types),
  wrong: ({ inputs }) =>
    statementsAt(inputs, path).some(
      ({ effect, principal, condition }) =>
        effect === "Deny" && principal === "*" && at(condition, "Bool.aws:SecureTransport") === "false",
    )
      ? undefined
      : "no statement denies aws:SecureTransport false",
});

export const storageChecks: readonly Check[] = [
  expects("is encrypted with a key of the stage", {
    types: [TABLE],
    values: { "serverSideEncryption.enabled": true, "serverSideEncryption.kmsKeyArn": isKeyArn },
  }),
  expects("can be restored to any second of 35 days", {
    types: [TABLE],
    values: { "pointInTimeRecovery.enabled": true, "pointInTimeRecovery.recoveryPeriodInDays": 35 },
  }),
  {
    name: "is protected from deletion in production",
    types: typed(TABLE),
    wrong: ({ inputs }, { stage }) =>
      stage === "production" && at(inputs, "deletionProtectionEnabled") !== true ? "it is not" : undefined,
  },
  expects("is on demand up to a maximum, with a stream and expiry", {
    types: [TABLE],
    values: {
      billingMode: "PAY_PER_REQUEST",
      "onDemandThroughput.maxWriteRequestUnits": (value: unknown) => typeof value === "number" && value > 0,
      "onDemandThroughput.maxReadRequestUnits": (value: unknown) => typeof value === "number" && value > 0,
      streamEnabled: true,
      streamViewType: "NEW_IMAGE",
      "ttl.enabled": true,
    },
  }),
  expects("is encrypted with a key of the stage", { types: [QUEUE], values: { kmsMasterKeyId: isKeyArn } }),
  expects("is encrypted with a key of the stage", { types: [TOPIC], values: { kmsMasterKeyId: isKeyArn } }),
  expects("keeps messages 14 days", { types: [QUEUE], values: { messageRetentionSeconds: 1_209_600 } }),
  {
    name: "has a policy",
    types: typed(QUEUE),
    wrong: ({ inputs, region }, graph) => {
      const url = `https://sqs.${region}.amazonaws.com/111111111111/${textAt(inputs, "name")}`;
      return hasPartner(graph, { type: "sqs/queuePolicy:QueuePolicy", path: "queueUrl", equals: url })
        ? undefined
        : "it has none";
    },
  },
  {
    name: "hands what nobody can handle to a dead-letter queue",
    types: typed(QUEUE),
    wrong: ({ inputs, region }, graph) => {
      const name = textAt(inputs, "name");
      if (/-dead(?:-|$)/.test(name)) return undefined;
      const dead = ofType(graph, QUEUE).map(
        (one) => `arn:aws:sqs:${one.region}:111111111111:${textAt(one.inputs, "name")}`,
      );
      const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(textAt(inputs, "redrivePolicy") || "{}");
      if (!dead.includes(deadLetterTargetArn) || !deadLetterTargetArn.includes(region))
        return "its redrivePolicy names none";
      return maxReceiveCount >= 3 ? undefined : `it gives up after ${maxReceiveCount} receives`;
    },
  },
  tlsOnly("policy", ["s3/bucketPolicy:BucketPolicy", "sqs/queuePolicy:QueuePolicy", "sns/topicPolicy:TopicPolicy"]),
  expects("closes the bucket to the public in every way", {
    types: ["s3/bucketPublicAccessBlock:BucketPublicAccessBlock"],
    values: { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
  }),
  expects("keeps versions", {
    types: ["s3/bucketVersioning:BucketVersioning"],
    values: { "versioningConfiguration.status": "Enabled" },
  }),
  expects("leaves no access lists", {
    types: ["s3/bucketOwnershipControls:BucketOwnershipControls"],
    values: { "rule.objectOwnership": "BucketOwnerEnforced" },
  }),
  {
    name: "encrypts with the stage's key, access logs with S3's",
    types: typed("s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"),
    wrong: ({ inputs }) => {
      const rule = at(listAt(inputs, "rules")[0], "applyServerSideEncryptionByDefault");
      if (textAt(inputs, "bucket").includes("access-logs"))
        return at(rule, "sseAlgorithm") === "AES256" ? undefined : "not AES256";
      return at(rule, "sseAlgorithm") === "aws:kms" && isKeyArn(at(rule, "kmsMasterKeyId"))
        ? undefined
        : "no key of the stage";
    },
  },
  ...BESIDE_A_BUCKET.map(
    ([what, type]): Check => ({
      name: `has ${what}`,
      types: typed(BUCKET),
      wrong: ({ inputs }, graph) =>
        hasPartner(graph, { type, path: "bucket", equals: at(inputs, "bucket") }) ? undefined : "it has none",
    }),
  ),
  {
    name: "locks evidence and logs access to it",
    types: typed(BUCKET),
    wrong: ({ inputs }, graph) => {
      const bucket = textAt(inputs, "bucket");
      if (!bucket.includes("-evidence-"))
        return at(inputs, "objectLockEnabled") === true ? "access logs cannot be locked" : undefined;
      if (at(inputs, "objectLockEnabled") !== true) return "Object Lock is off";
      if (
        !hasPartner(graph, {
          type: "s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
          path: "bucket",
          equals: bucket,
        })
      )
        return "it has no retention";
      return hasPartner(graph, { type: "s3/bucketLogging:BucketLogging", path: "bucket", equals: bucket })
        ? undefined
        : "access is not logged";
    },
  },
  {
    name: "keeps evidence a year in production, where nobody can shorten it",
    types: typed("s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"),
    wrong: ({ inputs }, { stage }) => {
      const { mode, days } = (at(inputs, "rule.defaultRetention") ?? {}) as { mode?: unknown; days?: unknown };
      if (typeof days !== "number" || days < 30) return `days are ${days}`;
      return stage !== "production" || (mode === "COMPLIANCE" && days >= 365) ? undefined : `${mode}, ${days} days`;
    },
  },
  {
    name: "never expires evidence in production",
    types: typed("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"),
    wrong: ({ inputs }, { stage }) => {
      if (stage !== "production" || !textAt(inputs, "bucket").includes("-evidence-")) return undefined;
      const expiring = listAt(inputs, "rules").filter((rule) => at(rule, "expiration") !== undefined);
      return expiring.every((rule) => textAt(rule, "filter.prefix") === "tmp/")
        ? undefined
        : "a rule deletes beyond tmp/";
    },
  },
  expects("writes to the access-log bucket", {
    types: ["s3/bucketLogging:BucketLogging"],
    values: { targetBucket: (value: unknown) => String(value).includes("-access-logs-") },
  }),
  expects("is encrypted with the stage's key", {
    types: ["s3/bucketObjectv2:BucketObjectv2"],
    values: { serverSideEncryption: "aws:kms", kmsKeyId: isKeyArn },
  }),
  {
    name: "rotates every year where KMS can",
    types: typed("kms/key:Key"),
    wrong: ({ inputs }) => {
      const usage = at(inputs, "keyUsage") ?? "ENCRYPT_DECRYPT";
      if (usage !== "ENCRYPT_DECRYPT") return undefined;
      return at(inputs, "enableKeyRotation") === true ? undefined : "enableKeyRotation is off";
    },
  },
  expects("can be saved for at least a week after deletion", {
    types: ["kms/key:Key"],
    values: { deletionWindowInDays: (value: unknown) => typeof value === "number" && value >= 7 },
  }),
  {
    name: "is used by this account and its services alone",
    types: typed("kms/key:Key"),
    wrong: ({ inputs }) => {
      const outside = statementsAt(inputs, "policy").filter(({ principal, condition }) => {
        const isAccount = at(principal, "AWS") === "arn:aws:iam::111111111111:root";
        return !isAccount && !JSON.stringify(condition ?? {}).includes("111111111111");
      });
      return statementsAt(inputs, "policy").length > 0 && outside.length === 0
        ? undefined
        : "a statement is not bound to the account";
    },
  },
  expects("names a key", {
    types: ["kms/alias:Alias"],
    values: { targetKeyId: (value: unknown) => typeof value === "string" && value !== "" },
  }),
];
