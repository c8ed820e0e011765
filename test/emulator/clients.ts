import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

/** Any words: an emulator asks for a signature, not whose. */
export const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

export type Clients = ReturnType<typeof clientsAt>;

/** AWS's own clients against an emulator, of one Region. */
export function clientsAt({ endpoint, region }: { readonly endpoint: string; readonly region: string }) {
  // The host of the endpoint is the emulator's, for every operation of every service.
  const given = { endpoint, region, credentials: CREDENTIALS, disableHostPrefix: true };
  return {
    apigateway: new APIGatewayClient(given),
    dynamodb: new DynamoDBClient(given),
    eventbridge: new EventBridgeClient(given),
    iam: new IAMClient(given),
    kms: new KMSClient(given),
    lambda: new LambdaClient(given),
    logs: new CloudWatchLogsClient(given),
    s3: new S3Client({ ...given, forcePathStyle: true }),
    scheduler: new SchedulerClient(given),
    sfn: new SFNClient(given),
    sns: new SNSClient(given),
    sqs: new SQSClient(given),
  };
}

/** Clients by Region, each made once. */
export function regionalClients(endpoint: string): (region: string) => Clients {
  const made = new Map<string, Clients>();
  return (region) => {
    const clients = made.get(region) ?? clientsAt({ endpoint, region });
    made.set(region, clients);
    return clients;
  };
}
