import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { CLIENT_LIMITS } from "./dynamodb/call-dynamodb.ts";

/*
 * Clients of AWS, with the bounds of architecture rule 10 and no retries of its own: those are `callAws`'s and
 * `callDynamodb`'s. Region and credentials come from the environment, as Lambda gives them; `given` is for tests.
 * A client that some function loads late has a file of its own (`sfn/client.ts`): a bundle puts off whole files only.
 */

export type GivenToClient = {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
};

export const dynamodbClient = (given: GivenToClient = {}): DynamoDBClient =>
  new DynamoDBClient({ ...CLIENT_LIMITS, ...given });
export const kmsClient = (given: GivenToClient = {}): KMSClient => new KMSClient({ ...CLIENT_LIMITS, ...given });
export const s3Client = (given: GivenToClient = {}): S3Client => new S3Client({ ...CLIENT_LIMITS, ...given });
export const sqsClient = (given: GivenToClient = {}): SQSClient => new SQSClient({ ...CLIENT_LIMITS, ...given });
