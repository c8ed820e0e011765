import {
  CreateTableCommand,
  DescribeTableCommand,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { answered, asIs, type Create, given, type Inputs, pascal, text } from "./creation.ts";

const keySchema = (inputs: Inputs): KeySchemaElement[] => [
  { AttributeName: text(inputs, "hashKey"), KeyType: "HASH" },
  ...(given(inputs, "rangeKey") ? [{ AttributeName: text(inputs, "rangeKey"), KeyType: "RANGE" as const }] : []),
];

const indexOf = (inputs: Inputs): GlobalSecondaryIndex => ({
  IndexName: text(inputs, "name"),
  KeySchema: keySchema(inputs),
  Projection: { ProjectionType: pascal(inputs["projectionType"]) },
  OnDemandThroughput: throughputOf(inputs),
});

/** The provider's "units", AWS's "request units". */
const throughputOf = ({ onDemandThroughput }: Inputs) => pascal<{ MaxReadRequestUnits: number }>(onDemandThroughput);

const listOf = (value: unknown): readonly Inputs[] => asIs<readonly Inputs[]>(value ?? []);

const bucket = (inputs: Inputs) => ({ Bucket: text(inputs, "bucket") });

/** Tables, buckets and objects. */
export const STORAGE: Readonly<Record<string, Create>> = {
  "aws:dynamodb/table:Table": async ({ dynamodb }, inputs) => {
    const TableName = text(inputs, "name");
    const { streamEnabled, streamViewType, serverSideEncryption, ttl, pointInTimeRecovery } = inputs;
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: pascal(inputs["billingMode"]),
        KeySchema: keySchema(inputs),
        AttributeDefinitions: listOf(inputs["attributes"]).map(({ name, type }) => ({
          AttributeName: pascal(name),
          AttributeType: pascal(type),
        })),
        GlobalSecondaryIndexes: listOf(inputs["globalSecondaryIndexes"]).map(indexOf),
        OnDemandThroughput: throughputOf(inputs),
        StreamSpecification: { StreamEnabled: streamEnabled === true, StreamViewType: pascal(streamViewType) },
        SSESpecification: {
          Enabled: true,
          SSEType: "KMS",
          KMSMasterKeyId: text(asIs<Inputs>(serverSideEncryption), "kmsKeyArn"),
        },
        DeletionProtectionEnabled: inputs["deletionProtectionEnabled"] === true,
      }),
    );
    await dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: pascal(ttl) }));
    const { enabled, recoveryPeriodInDays } = asIs<Inputs>(pointInTimeRecovery);
    await dynamodb.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: {
          PointInTimeRecoveryEnabled: enabled === true,
          RecoveryPeriodInDays: pascal(recoveryPeriodInDays),
        },
      }),
    );
    const { Table: made } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    return { arn: answered(made?.TableArn, "table ARN"), streamArn: answered(made?.LatestStreamArn, "stream ARN") };
  },
  "aws:s3/bucket:Bucket": async ({ s3 }, inputs) => {
    const region = await s3.config.region();
    await s3.send(
      new CreateBucketCommand({
        ...bucket(inputs),
        ObjectLockEnabledForBucket: inputs["objectLockEnabled"] === true,
        CreateBucketConfiguration: { LocationConstraint: pascal(region) },
      }),
    );
    return {};
  },
  "aws:s3/bucketVersioning:BucketVersioning": async ({ s3 }, inputs) => {
    const VersioningConfiguration = pascal<object>(inputs["versioningConfiguration"]);
    await s3.send(new PutBucketVersioningCommand({ ...bucket(inputs), VersioningConfiguration }));
    return {};
  },
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": async ({ s3 }, inputs) => {
    const ObjectLockConfiguration = { ObjectLockEnabled: "Enabled" as const, Rule: pascal<object>(inputs["rule"]) };
    await s3.send(new PutObjectLockConfigurationCommand({ ...bucket(inputs), ObjectLockConfiguration }));
    return {};
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": async ({ s3 }, inputs) => {
    const rules = listOf(inputs["rules"]).map(({ applyServerSideEncryptionByDefault, bucketKeyEnabled }) => {
      const { sseAlgorithm, kmsMasterKeyId } = asIs<Inputs>(applyServerSideEncryptionByDefault);
      const ApplyServerSideEncryptionByDefault = {
        SSEAlgorithm: asIs<"aws:kms">(sseAlgorithm),
        KMSMasterKeyID: asIs<string>(kmsMasterKeyId),
      };
      return { ApplyServerSideEncryptionByDefault, BucketKeyEnabled: bucketKeyEnabled === true };
    });
    const ServerSideEncryptionConfiguration = { Rules: rules };
    await s3.send(new PutBucketEncryptionCommand({ ...bucket(inputs), ServerSideEncryptionConfiguration }));
    return {};
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": async ({ s3 }, inputs) => {
    const Rules = listOf(inputs["rules"]).map(({ id, ...rule }) => ({
      ID: asIs<string>(id),
      ...pascal<{ Status: "Enabled" }>(rule),
    }));
    await s3.send(new PutBucketLifecycleConfigurationCommand({ ...bucket(inputs), LifecycleConfiguration: { Rules } }));
    return {};
  },
  "aws:s3/bucketLogging:BucketLogging": async ({ s3 }, inputs) => {
    const LoggingEnabled = {
      TargetBucket: text(inputs, "targetBucket"),
      TargetPrefix: asIs<string>(inputs["targetPrefix"]),
    };
    await s3.send(new PutBucketLoggingCommand({ ...bucket(inputs), BucketLoggingStatus: { LoggingEnabled } }));
    return {};
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": async ({ s3 }, inputs) => {
    const { bucket: _, ...blocks } = inputs;
    await s3.send(
      new PutPublicAccessBlockCommand({ ...bucket(inputs), PublicAccessBlockConfiguration: pascal(blocks) }),
    );
    return {};
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": async ({ s3 }, inputs) => {
    const OwnershipControls = { Rules: [pascal<{ ObjectOwnership: "BucketOwnerEnforced" }>(inputs["rule"])] };
    await s3.send(new PutBucketOwnershipControlsCommand({ ...bucket(inputs), OwnershipControls }));
    return {};
  },
  "aws:s3/bucketPolicy:BucketPolicy": async ({ s3 }, inputs) => {
    await s3.send(new PutBucketPolicyCommand({ ...bucket(inputs), Policy: text(inputs, "policy") }));
    return {};
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": async ({ s3 }, inputs) => {
    await s3.send(
      new PutObjectCommand({
        ...bucket(inputs),
        Key: text(inputs, "key"),
        Body: text(inputs, "content"),
        ContentType: asIs(inputs["contentType"]),
        ServerSideEncryption: pascal(inputs["serverSideEncryption"]),
        SSEKMSKeyId: text(inputs, "kmsKeyId"),
      }),
    );
    return {};
  },
};
