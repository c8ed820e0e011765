import type { AwsCall } from "@ephor/domain/aws-call";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask, unsupported } from "../ask.ts";
import { ACCOUNT, REGION, targetOf } from "../cases/case.ts";
import { type IdForm, nameIn, nameOrArn } from "../id-form.ts";
import { type Tags, tagsSchema } from "../values.ts";

export const keys: { readonly "AWS::KMS::Key": IdForm } = {
  "AWS::KMS::Key": nameOrArn({
    name: "(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})",
    arn: "kms:REGION:ACCOUNT:key/",
    expected: "a key id",
  }),
};

/** The key by its ARN, which holds account and Region. */
export const keyInput = ({ partition, region, account, resource }: RemediationTarget) => ({
  KeyId: `arn:${partition}:kms:${region}:${account}:key/${nameIn(resource.id)}`,
});
export const keySaid = ({ resource }: RemediationTarget): string => `key ${nameIn(resource.id)}`;

const metadataSchema = z.object({
  KeyMetadata: z.object({
    KeyState: z.string(),
    KeyManager: z.string().optional(),
    KeySpec: z.string().optional(),
    Origin: z.string().optional(),
  }),
});
export type KeyMetadata = z.infer<typeof metadataSchema>["KeyMetadata"];

/**
 * What KMS says of a customer managed key. One that is deleted is no resource that was put right by going: what it
 * encrypted is lost, so that is `remediation.unsupported`.
 */
export async function describeKey(aws: AwsCall, target: RemediationTarget): Promise<Asked<KeyMetadata>> {
  const request = { service: "kms" as const, operation: "DescribeKey", input: keyInput(target) };
  const described = await ask<z.infer<typeof metadataSchema> | null>(aws, request, {
    answer: metadataSchema,
    absent: { codes: ["NotFoundException"], as: null },
  });
  if (!described.ok) return described;
  if (described.value === null) return unsupported(`${keySaid(target)} is gone, and no call brings it back`);
  const { KeyMetadata: metadata } = described.value;
  if (metadata.KeyManager === "CUSTOMER") return ok(metadata);
  return unsupported(
    `${keySaid(target)} is managed by ${metadata.KeyManager ?? "nobody known"}, expected a customer's`,
  );
}

/** All of them: one answer holds 50, and a key has no more. */
export const keyTags = (aws: AwsCall, target: RemediationTarget): Promise<Asked<Tags>> =>
  ask(
    aws,
    { service: "kms", operation: "ListResourceTags", input: keyInput(target) },
    { answer: z.object({ Tags: tagsSchema }).transform(({ Tags }) => Tags) },
  );

// --- What cases share ---

export const KEY = "1234abcd-12ab-34cd-56ef-1234567890ab";
export const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${KEY}`;
export const keyTarget = targetOf("AWS::KMS::Key", KEY);
/** DescribeKey's answer for a symmetric key of KMS's own making, and no tags. */
export const keyAnswers = (metadata: Readonly<Record<string, string>>) => ({
  DescribeKey: {
    KeyMetadata: {
      ...{ AWSAccountId: ACCOUNT, KeyId: KEY, Arn: KEY_ARN, KeyManager: "CUSTOMER", KeyState: "Enabled" },
      ...{ KeySpec: "SYMMETRIC_DEFAULT", KeyUsage: "ENCRYPT_DECRYPT", Origin: "AWS_KMS" },
      ...metadata,
    },
  },
  ListResourceTags: { Tags: [{ TagKey: "env", TagValue: "production" }], Truncated: false },
});
