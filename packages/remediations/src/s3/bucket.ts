import type { AwsCall } from "@ephor/domain/aws-call";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { z } from "zod";
import { type Asked, ask } from "../ask.ts";
import { type IdForm, nameIn, nameOrArn } from "../id-form.ts";
import { type Tags, tagListSchema } from "../values.ts";

/** S3 User Guide, "General purpose bucket naming rules"; those of before 2018 may hold capitals and underscores. */
export const buckets: { readonly "AWS::S3::Bucket": IdForm } = {
  "AWS::S3::Bucket": nameOrArn({
    name: "[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]",
    arn: "s3:::",
    expected: "a bucket name",
  }),
};

/** Names the bucket, and its owner: S3 then refuses when the bucket is another account's by now. */
export const bucketInput = ({ resource, account }: RemediationTarget) => ({
  Bucket: nameIn(resource.id),
  ExpectedBucketOwner: account,
});

export const BUCKET_GONE = ["NoSuchBucket"];

export const bucketTags = (aws: AwsCall, target: RemediationTarget): Promise<Asked<Tags>> =>
  ask(
    aws,
    { service: "s3", operation: "GetBucketTagging", input: bucketInput(target) },
    {
      answer: z.object({ TagSet: tagListSchema }).transform(({ TagSet }) => TagSet),
      absent: { codes: ["NoSuchTagSet"], as: {} },
      gone: BUCKET_GONE,
    },
  );

/** The bucket in words, for people. */
export const bucketSaid = ({ resource }: RemediationTarget): string => `bucket ${nameIn(resource.id)}`;
export const bucketArn = ({ resource, partition }: RemediationTarget): string =>
  `arn:${partition}:s3:::${nameIn(resource.id)}`;
