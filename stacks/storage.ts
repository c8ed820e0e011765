import { expiryDefinition, tableDefinition } from "@ephor/aws/dynamodb/table-definition";
import { bucketNameOf, type Context, nameOf } from "./context.ts";
import type { Keys } from "./keys.ts";
import { policyOf, tlsOnly } from "./policy.ts";
import { CONFIDENTIAL } from "./tags.ts";

const PITR_DAYS = 35;
const ACCESS_LOG_DAYS = 365;
/** A dead letter may be redriven for 14 days, and its event lies here. */
const TEMPORARY_DAYS = 16;

export type Storage = {
  readonly tables: Readonly<Record<string, aws.dynamodb.Table>>;
  readonly evidence: aws.s3.Bucket;
};

export function storage(context: Context, keys: Keys): Storage {
  const accessLogs = accessLogBucket(context);
  return {
    tables: Object.fromEntries(context.topology.tables.map(({ name }) => [name, table(context, { name, keys })])),
    evidence: evidenceBucket(context, { keys, accessLogs }),
  };
}

/** Keys and indexes are those that the store itself declares; here is added what only AWS needs. */
function table(context: Context, { name, keys }: { name: string; keys: Keys }): aws.dynamodb.Table {
  const { stage } = context;
  const physical = nameOf(context, name);
  const defined = tableDefinition(physical);
  const expiry = expiryDefinition(physical).TimeToLiveSpecification;
  const keyOf = (schema: typeof defined.KeySchema, kind: string) =>
    schema?.find(({ KeyType }) => KeyType === kind)?.AttributeName ?? "";
  const throughput = {
    maxReadRequestUnits: stage.unitsPerSecondMax.read,
    maxWriteRequestUnits: stage.unitsPerSecondMax.write,
  };
  return new aws.dynamodb.Table(`Table-${name}`, {
    name: physical,
    billingMode: "PAY_PER_REQUEST",
    onDemandThroughput: throughput,
    hashKey: keyOf(defined.KeySchema, "HASH"),
    rangeKey: keyOf(defined.KeySchema, "RANGE"),
    attributes: (defined.AttributeDefinitions ?? []).map(({ AttributeName = "", AttributeType = "S" }) => ({
      name: AttributeName,
      type: AttributeType,
    })),
    globalSecondaryIndexes: (defined.GlobalSecondaryIndexes ?? []).map((index) => ({
      name: index.IndexName ?? "",
      hashKey: keyOf(index.KeySchema, "HASH"),
      rangeKey: keyOf(index.KeySchema, "RANGE"),
      projectionType: index.Projection?.ProjectionType ?? "ALL",
      onDemandThroughput: throughput,
    })),
    streamEnabled: true,
    streamViewType: defined.StreamSpecification?.StreamViewType ?? "NEW_IMAGE",
    ttl: { enabled: true, attributeName: expiry?.AttributeName ?? "" },
    serverSideEncryption: { enabled: true, kmsKeyArn: keys.data.arn },
    pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: PITR_DAYS },
    deletionProtectionEnabled: stage.deletionProtection,
    tags: CONFIDENTIAL,
  });
}

function evidenceBucket(
  context: Context,
  { keys, accessLogs }: { keys: Keys; accessLogs: aws.s3.Bucket },
): aws.s3.Bucket {
  const { stage } = context;
  const name = bucketNameOf(context, "evidence");
  const bucket = new aws.s3.Bucket("Bucket-evidence", {
    bucket: name,
    objectLockEnabled: true,
    forceDestroy: stage.removal === "remove",
    tags: CONFIDENTIAL,
  });
  const versioning = new aws.s3.BucketVersioning("Bucket-evidence-versioning", {
    bucket: bucket.bucket,
    versioningConfiguration: { status: "Enabled" },
  });
  new aws.s3.BucketObjectLockConfiguration(
    "Bucket-evidence-lock",
    { bucket: bucket.bucket, rule: { defaultRetention: stage.objectLock } },
    { dependsOn: versioning },
  );
  new aws.s3.BucketServerSideEncryptionConfiguration("Bucket-evidence-encryption", {
    bucket: bucket.bucket,
    rules: [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keys.evidence.arn },
        bucketKeyEnabled: true,
      },
    ],
  });
  new aws.s3.BucketLifecycleConfiguration(
    "Bucket-evidence-lifecycle",
    {
      bucket: bucket.bucket,
      rules: [
        {
          id: "colder-with-age",
          status: "Enabled",
          filter: {},
          transitions: [
            { days: 30, storageClass: "STANDARD_IA" },
            { days: 90, storageClass: "GLACIER" },
          ].filter(({ days }) => stage.evidenceDays === null || days < stage.evidenceDays),
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          ...(stage.evidenceDays === null
            ? {}
            : {
                expiration: { days: stage.evidenceDays },
                noncurrentVersionExpiration: { noncurrentDays: stage.evidenceDays },
              }),
        },
        {
          id: "temporary",
          status: "Enabled",
          filter: { prefix: "tmp/" },
          expiration: { days: TEMPORARY_DAYS },
          noncurrentVersionExpiration: { noncurrentDays: 1 },
        },
      ],
    },
    { dependsOn: versioning },
  );
  new aws.s3.BucketLogging("Bucket-evidence-logging", {
    bucket: bucket.bucket,
    targetBucket: accessLogs.bucket,
    targetPrefix: "evidence/",
  });
  closed("evidence", bucket);
  const objects = $interpolate`${bucket.arn}/*`;
  new aws.s3.BucketPolicy("Bucket-evidence-policy", {
    bucket: bucket.bucket,
    policy: policyOf([
      tlsOnly("s3:*", [bucket.arn, objects]),
      {
        Sid: "StageKeyOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:PutObject",
        Resource: objects,
        Condition: {
          StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": keys.evidence.arn },
          // Without the header the bucket's default applies, which is this key.
          Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
        },
      },
      {
        Sid: "KmsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:PutObject",
        Resource: objects,
        Condition: {
          StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" },
          Null: { "s3:x-amz-server-side-encryption": "false" },
        },
      },
    ]),
  });
  return bucket;
}

/** S3 writes access logs with its own key only, and not into a bucket with Object Lock (S3 User Guide, "Enabling server access logging"). */
function accessLogBucket(context: Context): aws.s3.Bucket {
  const name = bucketNameOf(context, "access-logs");
  const bucket = new aws.s3.Bucket("Bucket-access-logs", {
    bucket: name,
    forceDestroy: context.stage.removal === "remove",
  });
  new aws.s3.BucketVersioning("Bucket-access-logs-versioning", {
    bucket: bucket.bucket,
    versioningConfiguration: { status: "Enabled" },
  });
  new aws.s3.BucketServerSideEncryptionConfiguration("Bucket-access-logs-encryption", {
    bucket: bucket.bucket,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  new aws.s3.BucketLifecycleConfiguration("Bucket-access-logs-lifecycle", {
    bucket: bucket.bucket,
    rules: [
      {
        id: "a-year",
        status: "Enabled",
        filter: {},
        expiration: { days: ACCESS_LOG_DAYS },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ],
  });
  closed("access-logs", bucket);
  new aws.s3.BucketPolicy("Bucket-access-logs-policy", {
    bucket: bucket.bucket,
    policy: policyOf([
      tlsOnly("s3:*", [bucket.arn, $interpolate`${bucket.arn}/*`]),
      {
        Sid: "S3WritesAccessLogs",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: $interpolate`${bucket.arn}/evidence/*`,
        Condition: { StringEquals: { "aws:SourceAccount": context.account } },
      },
    ]),
  });
  return bucket;
}

function closed(thing: string, bucket: aws.s3.Bucket): void {
  new aws.s3.BucketPublicAccessBlock(`Bucket-${thing}-public-access`, {
    bucket: bucket.bucket,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  new aws.s3.BucketOwnershipControls(`Bucket-${thing}-ownership`, {
    bucket: bucket.bucket,
    rule: { objectOwnership: "BucketOwnerEnforced" },
  });
}
