import type { AwsRequest, AwsService } from "@ephor/domain/aws-call";

/** Where a service's actions have another prefix than its client's name. */
const PREFIXES: { readonly [service in AwsService]?: string } = { "config-service": "config", "s3-control": "s3" };

/**
 * Operations whose actions have other names, or need more than one (Service Authorization Reference).
 * Every other operation needs the action of its own name.
 */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "s3 GetPublicAccessBlock": ["s3:GetBucketPublicAccessBlock"],
  "s3 PutPublicAccessBlock": ["s3:PutBucketPublicAccessBlock"],
  "s3 DeletePublicAccessBlock": ["s3:PutBucketPublicAccessBlock"],
  "s3 GetBucketEncryption": ["s3:GetEncryptionConfiguration"],
  "s3 PutBucketEncryption": ["s3:PutEncryptionConfiguration"],
  "s3 DeleteBucketEncryption": ["s3:PutEncryptionConfiguration"],
  "s3-control GetPublicAccessBlock": ["s3:GetAccountPublicAccessBlock"],
  "s3-control PutPublicAccessBlock": ["s3:PutAccountPublicAccessBlock"],
  "s3-control DeletePublicAccessBlock": ["s3:PutAccountPublicAccessBlock"],
  "guardduty CreateDetector": ["guardduty:CreateDetector", "iam:CreateServiceLinkedRole"],
};

/** The IAM actions that one call needs. */
export function iamActionsOf({ service, operation }: Pick<AwsRequest, "service" | "operation">): readonly string[] {
  return ACTIONS[`${service} ${operation}`] ?? [`${PREFIXES[service] ?? service}:${operation}`];
}

/** A policy that allows `actions` and nothing else, as JSON. */
export const policyFor = (actions: readonly string[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });

/** Characters of a session policy that AssumeRole takes (STS API Reference, AssumeRole, Policy). */
export const SESSION_POLICY_CHARACTERS_MAX = 2048;
