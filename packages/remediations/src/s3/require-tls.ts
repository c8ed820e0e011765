import { parsePolicyDocument } from "@ephor/domain/policy-document/parse-policy-document";
import { requiresTls, withTlsRequired } from "@ephor/domain/policy-document/requires-tls";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { unsupported } from "../ask.ts";
import { failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { type PolicyState, policyStateSchema, policyText, policyUndo } from "../policy.ts";
import { bucketArn, bucketSaid, buckets } from "./bucket.ts";
import {
  BUCKET_POLICY_PERMISSIONS,
  bucketPolicyAnswers,
  bucketPolicyCalls,
  documentAnswers,
  readBucketPolicy,
  simulateBucketPolicy,
} from "./bucket-policy.ts";

/** Amazon S3 User Guide, "Bucket policies": at most 20 KB. */
const POLICY_BYTES_MAX = 20 * 1024;

function isRequired({ policy }: PolicyState, target: RemediationTarget): boolean {
  const parsed = parsePolicyDocument(policy ?? { Statement: [] });
  return parsed.ok && requiresTls(parsed.value, bucketArn(target));
}

const reports = targetOf("AWS::S3::Bucket", "reports");
const calls = bucketPolicyCalls(reports);
const own = {
  Sid: "Own",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::111122223333:root" },
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::reports/*",
};
const tls = {
  Sid: "DenyWithoutTls",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const Version = "2012-10-17";
const long = {
  ...own,
  Resource: Array.from({ length: 500 }, (_, index) => `arn:aws:s3:::reports/folder-with-name-${index}/*`),
};

export const requireBucketTls = defineRemediation({
  id: "s3.require-tls",
  title: "Refuse requests to a bucket that come without TLS",
  description:
    "Adds one statement to the bucket's policy that denies everything to requests without TLS. All other statements stay as they are written; requests over TLS are answered as before.",
  controls: { fsbp: ["S3.5"], cis: ["2.1.1"] },
  risk: "low",
  resources: buckets,
  permissions: BUCKET_POLICY_PERMISSIONS,
  state: policyStateSchema,
  read: async (aws, target) => {
    const read = await readBucketPolicy(aws, target);
    if (!read.ok || isRequired(read.value.state, target)) return read;
    const bytes = Buffer.byteLength(policyText(withTlsRequired(read.value.state.policy, bucketArn(target))));
    if (bytes <= POLICY_BYTES_MAX) return read;
    return unsupported(
      `the policy would have ${bytes} bytes, and S3 takes ${POLICY_BYTES_MAX}: make room for a statement`,
    );
  },
  change: (state, target) => {
    const bucket = bucketSaid(target);
    if (isRequired(state, target)) {
      return { calls: [], after: state, blast: `Nothing: ${bucket} refuses requests without TLS.` };
    }
    const policy = withTlsRequired(state.policy, bucketArn(target));
    const says = `Add a statement to the policy of ${bucket} that denies everything without TLS`;
    const blast = `Programs that use ${bucket} over plain http are refused.`;
    return { calls: [{ ...bucketPolicyCalls(target).put(policy), says }], after: { policy }, blast };
  },
  undo: ({ before, current, target }) => policyUndo(before, current, bucketPolicyCalls(target)),
  model: { simulate: simulateBucketPolicy },
  references: [
    "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-5",
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html#example-bucket-policies-HTTP-HTTPS",
  ],
  cases: [
    hit("no policy", {
      target: reports,
      answers: bucketPolicyAnswers(null),
      expect: {
        calls: [calls.put({ Version, Statement: [tls] })],
        diff: [{ path: "/policy", before: null, after: { Version, Statement: [tls] } }],
        undo: [calls.remove()],
      },
    }),
    hit("one statement that is no list", {
      target: reports,
      answers: documentAnswers({ Version, Statement: own }),
      expect: {
        calls: [calls.put({ Version, Statement: [own, tls] })],
        diff: [{ path: "/policy/Statement", before: own, after: [own, tls] }],
        undo: [calls.put({ Version, Statement: own })],
      },
    }),
    nothing("required already", {
      target: reports,
      answers: documentAnswers({ Version, Statement: [{ ...tls, Sid: "Other", Principal: { AWS: "*" } }, own] }),
    }),
    malformed("no room in the policy", {
      target: reports,
      answers: documentAnswers({ Version, Statement: [long] }),
      expect: { code: "remediation.unsupported", message: /S3 takes 20480/ },
    }),
    malformed("the policy is no JSON", {
      target: reports,
      answers: bucketPolicyAnswers("no"),
      expect: { code: "remediation.unsupported", message: /policy cannot be read/ },
    }),
    malformed("the bucket is gone", {
      target: reports,
      answers: { GetBucketPolicy: failure("NoSuchBucket") },
      expect: { code: "remediation.resource-gone" },
    }),
  ],
});
