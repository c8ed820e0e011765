import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { CLIENT_LIMITS } from "./dynamodb/call-dynamodb.ts";

/*
 * Every client of AWS, with the bounds of architecture rule 10 and no retries of its own: those are `callAws`'s and
 * `callDynamodb`'s. Region and credentials come from the environment, as Lambda gives them; `given` is for tests.
 */

type Given = {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
};

export const dynamodbClient = (given: Given = {}): DynamoDBClient => new DynamoDBClient({ ...CLIENT_LIMITS, ...given });
export const eventbridgeClient = (given: Given = {}): EventBridgeClient =>
  new EventBridgeClient({ ...CLIENT_LIMITS, ...given });
export const kmsClient = (given: Given = {}): KMSClient => new KMSClient({ ...CLIENT_LIMITS, ...given });
export const s3Client = (given: Given = {}): S3Client => new S3Client({ ...CLIENT_LIMITS, ...given });
export const sfnClient = (given: Given = {}): SFNClient => new SFNClient({ ...CLIENT_LIMITS, ...given });
export const sqsClient = (given: Given = {}): SQSClient => new SQSClient({ ...CLIENT_LIMITS, ...given });
