import type { AwsRequest } from "@ephor/domain/aws-call";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { ask } from "../ask.ts";
import { ACCOUNT, failure, hit, malformed, nothing, OTHER_ACCOUNT, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { BUCKET_GONE, bucketInput, bucketSaid, buckets, bucketTags } from "./bucket.ts";
import { ALL_ON, blockAnswerSchema, NO_BLOCK, publicAccessBlock } from "./public-access-block.ts";

const reports = targetOf("AWS::S3::Bucket", "reports", { arn: "arn:aws:s3:::reports" });
const input = { Bucket: "reports", ExpectedBucketOwner: ACCOUNT };
const half = { ...ALL_ON, BlockPublicPolicy: false, RestrictPublicBuckets: false };
const putAll: AwsRequest = {
  service: "s3",
  operation: "PutPublicAccessBlock",
  input: { ...input, PublicAccessBlockConfiguration: ALL_ON },
};
const untagged = { GetBucketTagging: failure("NoSuchTagSet") };

const ownerOf = (target: RemediationTarget) => ({
  service: "s3" as const,
  input: bucketInput(target),
  said: bucketSaid(target),
  blast: `Whoever uses ${bucketSaid(target)} without signing in, or from another account by a public policy, is refused.`,
});

export const blockPublicAccess = defineRemediation({
  id: "s3.block-public-access",
  title: "Switch Block Public Access on for a bucket",
  description:
    "Sets all four switches of the bucket's Block Public Access. Policies and ACLs stay as they are; what in them is public has no effect any more, and no new public ones are taken.",
  controls: { fsbp: ["S3.2", "S3.8"], cis: ["2.1.4"] },
  risk: "medium",
  resources: buckets,
  permissions: {
    read: ["s3:GetBucketPublicAccessBlock", "s3:GetBucketTagging"],
    write: ["s3:PutBucketPublicAccessBlock"],
  },
  read: async (aws, target) => {
    const state = await ask(
      aws,
      { service: "s3", operation: "GetPublicAccessBlock", input: bucketInput(target) },
      { answer: blockAnswerSchema, absent: NO_BLOCK, gone: BUCKET_GONE },
    );
    if (!state.ok) return state;
    const tags = await bucketTags(aws, target);
    return tags.ok ? ok({ state: state.value, tags: tags.value }) : tags;
  },
  ...publicAccessBlock(ownerOf),
  references: [
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html",
  ],
  cases: [
    hit("nothing was ever set", {
      target: reports,
      answers: {
        GetPublicAccessBlock: failure("NoSuchPublicAccessBlockConfiguration"),
        GetBucketTagging: { TagSet: [{ Key: "env", Value: "production" }] },
      },
      expect: {
        tags: { env: "production" },
        calls: [putAll],
        diff: [{ path: "/configuration", before: null, after: ALL_ON }],
        undo: [{ service: "s3", operation: "DeletePublicAccessBlock", input }],
      },
    }),
    hit("two switches are off", {
      target: reports,
      answers: { GetPublicAccessBlock: { PublicAccessBlockConfiguration: half }, ...untagged },
      expect: {
        calls: [putAll],
        diff: [
          { path: "/configuration/BlockPublicPolicy", before: false, after: true },
          { path: "/configuration/RestrictPublicBuckets", before: false, after: true },
        ],
        undo: [{ ...putAll, input: { ...input, PublicAccessBlockConfiguration: half } }],
      },
    }),
    nothing("all on", {
      target: reports,
      answers: { GetPublicAccessBlock: { PublicAccessBlockConfiguration: ALL_ON }, ...untagged },
    }),
    malformed("the bucket is gone", {
      target: reports,
      answers: { GetPublicAccessBlock: failure("NoSuchBucket") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("the answer has another form", {
      target: reports,
      answers: { GetPublicAccessBlock: { PublicAccessBlockConfiguration: { BlockPublicAcls: "yes" } } },
      expect: { code: "remediation.unsupported", message: /GetPublicAccessBlock.*BlockPublicAcls/ },
    }),
    malformed("the name is none of a bucket", {
      target: targetOf("AWS::S3::Bucket", "reports/../other"),
      expect: {
        code: "remediation.target-invalid",
        message: /found "reports\/..\/other", expected a bucket name or its ARN/,
      },
    }),
    malformed("a bucket's ARN that names another account", {
      target: targetOf("AWS::S3::Bucket", "reports", { arn: `arn:aws:s3::${OTHER_ACCOUNT}:reports` }),
      expect: { code: "remediation.target-invalid", message: /expected a resource of account 111122223333/ },
    }),
  ],
});
