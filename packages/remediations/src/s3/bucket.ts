import type { AwsCall } from "@ephor/domain/aws-call";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { z } from "zod";
import { type Asked, ask } from "../ask.ts";
import type { IdForm } from "../id-form.ts";
import { type Tags, tagListSchema } from "../values.ts";

/** S3 User Guide, "General purpose bucket naming rules"; those of before 2018 may hold capitals and underscores. */
export const buckets: { readonly "AWS::S3::Bucket": IdForm } = {
  "AWS::S3::Bucket": {
    pattern: /^(?!xn--|arn:)[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/,
    expected: "a bucket name",
  },
};

/** Names the bucket, and its owner: S3 then refuses when the bucket is another account's by now. */
export const bucketInput = ({ resource, account }: RemediationTarget) => ({
  Bucket: resource.id,
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
