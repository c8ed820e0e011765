import { lookup } from "node:dns";
import { Agent } from "node:http";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { ConfigServiceClient } from "@aws-sdk/client-config-service";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import { GuardDutyClient } from "@aws-sdk/client-guardduty";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { RDSClient } from "@aws-sdk/client-rds";
import { S3Client } from "@aws-sdk/client-s3";
import { S3ControlClient } from "@aws-sdk/client-s3-control";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { CREDENTIALS } from "../clients.ts";

export type VictimClients = ReturnType<typeof victimClients>;

type Where = { readonly endpoint: string; readonly region: string; readonly credentials?: typeof CREDENTIALS };

/** Clients of the services in which people are careless, of one Region of an emulator. */
export function victimClients({ endpoint, region, credentials = CREDENTIALS }: Where) {
  const given = { endpoint, region, credentials };
  return {
    cloudtrail: new CloudTrailClient(given),
    config: new ConfigServiceClient(given),
    ec2: new EC2Client(given),
    ecr: new ECRClient(given),
    guardduty: new GuardDutyClient(given),
    iam: new IAMClient(given),
    kms: new KMSClient(given),
    lambda: new LambdaClient(given),
    rds: new RDSClient(given),
    s3: new S3Client({ ...given, forcePathStyle: true }),
    // Its account goes before the host, which has to be a name then, and not every resolver knows those below localhost.
    s3control: new S3ControlClient({
      ...given,
      endpoint: endpoint.replace("127.0.0.1", "localhost"),
      requestHandler: { httpAgent: new Agent({ lookup: (_, options, told) => lookup("127.0.0.1", options, told) }) },
    }),
    sns: new SNSClient(given),
    sqs: new SQSClient(given),
  };
}
