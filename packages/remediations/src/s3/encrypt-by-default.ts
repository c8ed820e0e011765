import type { AwsRequest } from "@ephor/domain/aws-call";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { ask } from "../ask.ts";
import { ACCOUNT, failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { callOf } from "../values.ts";
import { BUCKET_GONE, bucketInput, bucketSaid, buckets, bucketTags } from "./bucket.ts";

/** The algorithm of the default, whatever it is: `AES256`, `aws:kms`, …; null where nobody set one. */
const stateSchema = z.strictObject({ algorithm: z.string().nullable() });
type State = z.infer<typeof stateSchema>;

const answerSchema = z
  .object({
    ServerSideEncryptionConfiguration: z.object({
      Rules: z
        .array(z.object({ ApplyServerSideEncryptionByDefault: z.object({ SSEAlgorithm: z.string().min(1) }) }))
        .min(1),
    }),
  })
  .transform(
    ({ ServerSideEncryptionConfiguration: { Rules } }): State => ({
      algorithm: Rules[0]?.ApplyServerSideEncryptionByDefault.SSEAlgorithm ?? null,
    }),
  );

const AES = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
};
const reports = targetOf("AWS::S3::Bucket", "reports");
const input = { Bucket: "reports", ExpectedBucketOwner: ACCOUNT };
const request = (operation: string, more = {}): AwsRequest => ({
  service: "s3",
  operation,
  input: { ...input, ...more },
});
const GetBucketTagging = failure("NoSuchTagSet");

export const encryptBucketByDefault = defineRemediation({
  id: "s3.encrypt-by-default",
  title: "Encrypt new objects of a bucket by default",
  description:
    "Sets S3's own keys (SSE-S3) as the default encryption of a bucket that has none. Whoever uploads with another encryption still does; objects that are there stay as they are.",
  controls: { fsbp: ["S3.4"] },
  risk: "low",
  resources: buckets,
  permissions: {
    read: ["s3:GetEncryptionConfiguration", "s3:GetBucketTagging"],
    write: ["s3:PutEncryptionConfiguration"],
  },
  state: stateSchema,
  read: async (aws, target) => {
    const state = await ask<State>(
      aws,
      { service: "s3", operation: "GetBucketEncryption", input: bucketInput(target) },
      {
        answer: answerSchema,
        absent: { codes: ["ServerSideEncryptionConfigurationNotFoundError"], as: { algorithm: null } },
        gone: BUCKET_GONE,
      },
    );
    if (!state.ok) return state;
    const tags = await bucketTags(aws, target);
    return tags.ok ? ok({ state: state.value, tags: tags.value }) : tags;
  },
  change: (state, target) => {
    const bucket = bucketSaid(target);
    if (state.algorithm !== null) {
      return { calls: [], after: state, blast: `Nothing: ${bucket} encrypts by default (${state.algorithm}).` };
    }
    const put = callOf("s3", "PutBucketEncryption", {
      ...bucketInput(target),
      ServerSideEncryptionConfiguration: AES,
    }).says(`Encrypt new objects of ${bucket} with S3's own keys unless the upload says otherwise`);
    return {
      calls: [put],
      after: { algorithm: "AES256" },
      blast: `Nothing: reading ${bucket} takes no more than before.`,
    };
  },
  undo: ({ before, current, target }) => {
    if (before.algorithm !== null || current.algorithm === null) return [];
    const says = `Take the default encryption off ${bucketSaid(target)} again`;
    return [callOf("s3", "DeleteBucketEncryption", bucketInput(target)).says(says)];
  },
  model: {
    simulate: (_, { operation }) => ({ algorithm: operation === "PutBucketEncryption" ? "AES256" : null }),
  },
  references: [
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html",
  ],
  cases: [
    hit("no default", {
      target: reports,
      answers: { GetBucketEncryption: failure("ServerSideEncryptionConfigurationNotFoundError"), GetBucketTagging },
      expect: {
        calls: [request("PutBucketEncryption", { ServerSideEncryptionConfiguration: AES })],
        diff: [{ path: "/algorithm", before: null, after: "AES256" }],
        undo: [request("DeleteBucketEncryption")],
      },
    }),
    nothing("a key of KMS", {
      target: reports,
      answers: {
        GetBucketEncryption: {
          ServerSideEncryptionConfiguration: {
            Rules: [
              {
                ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "alias/reports" },
                BucketKeyEnabled: true,
              },
            ],
          },
        },
        GetBucketTagging,
      },
    }),
    malformed("a rule without a default", {
      target: reports,
      answers: { GetBucketEncryption: { ServerSideEncryptionConfiguration: { Rules: [{ BucketKeyEnabled: true }] } } },
      expect: { code: "remediation.unsupported", message: /ApplyServerSideEncryptionByDefault/ },
    }),
    malformed("the bucket is gone", {
      target: reports,
      answers: { GetBucketEncryption: failure("NoSuchBucket") },
      expect: { code: "remediation.resource-gone" },
    }),
  ],
});
