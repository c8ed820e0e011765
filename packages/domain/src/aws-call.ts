import type { JsonObject } from "./json.ts";
import type { Err, Ok } from "./result.ts";

/** Services that remediations call, by the names of AWS SDK v3's clients (`@aws-sdk/client-<service>`). */
export const AWS_SERVICES = [
  "cloudtrail",
  "config-service",
  "ec2",
  "ecr",
  "guardduty",
  "iam",
  "kms",
  "lambda",
  "rds",
  "s3",
  "s3-control",
  "sns",
  "sqs",
] as const;
export type AwsService = (typeof AWS_SERVICES)[number];

/** One call of AWS as data: `operation` and `input` as AWS SDK v3 names them, e.g. `RevokeSecurityGroupIngress`. */
export type AwsRequest = { readonly service: AwsService; readonly operation: string; readonly input: JsonObject };

/**
 * Why a call gave no answer to use. `awsCode` is AWS's own name for it, such as `NoSuchBucketPolicy`.
 * All but `aws.unknown-outcome` mean that nothing was changed by this call; that one means that nobody knows.
 */
export type AwsFailure = {
  readonly code: "aws.not-found" | "aws.denied" | "aws.refused" | "aws.throttled" | "aws.unknown-outcome";
  readonly message: string;
  readonly awsCode: string;
  readonly cause?: unknown;
};

/** Makes one call with credentials that somebody else chose. Answers hold no `$metadata`; times are RFC 3339, bytes base64. */
export type AwsCall = (request: AwsRequest) => Promise<Ok<JsonObject> | Err<AwsFailure>>;
