import { failure, malformed, targetOf } from "../cases/case.ts";
import { policyCases } from "../cases/policy-cases.ts";
import { defineRemediation } from "../define-remediation.ts";
import { publicRemovalBy } from "../policy.ts";
import { buckets } from "./bucket.ts";
import {
  BUCKET_POLICY_PERMISSIONS,
  bucketPolicyAnswers,
  bucketPolicyCalls,
  policyInEvidence,
  readBucketPolicy,
  simulateBucketPolicy,
} from "./bucket-policy.ts";

const reports = targetOf("AWS::S3::Bucket", "reports", { arn: "arn:aws:s3:::reports" });
const calls = bucketPolicyCalls(reports);

export const removePublicBucketStatement = defineRemediation({
  id: "s3.remove-public-statement",
  title: "Remove what a bucket policy allows to everyone",
  description:
    "Takes the statements that let everyone in out of the bucket's policy; where one also names somebody, only everyone goes. All other statements stay as they are written. A bucket whose policy let in nobody else is left without one.",
  controls: { fsbp: ["S3.2", "S3.3"], cis: ["2.1.4"] },
  risk: "medium",
  resources: buckets,
  permissions: BUCKET_POLICY_PERMISSIONS,
  ...publicRemovalBy(bucketPolicyCalls),
  read: readBucketPolicy,
  fromEvidence: policyInEvidence,
  model: { simulate: simulateBucketPolicy },
  references: [
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status",
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html",
  ],
  cases: [
    ...policyCases({
      target: reports,
      answers: bucketPolicyAnswers,
      put: calls.put,
      emptied: { call: calls.remove(), policy: null },
      action: "s3:GetObject",
      resource: "arn:aws:s3:::reports/*",
      setAction: "s3:PutBucketPolicy",
    }),
    malformed("the bucket is gone", {
      target: reports,
      answers: { GetBucketPolicy: failure("NoSuchBucket") },
      expect: { code: "remediation.resource-gone" },
    }),
  ],
});
