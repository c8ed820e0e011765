import type { AwsCall } from "@ephor/domain/aws-call";
import type { JsonObject } from "@ephor/domain/json";
import type { PlannedCall, RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask } from "../ask.ts";
import type { Answers } from "../cases/case.ts";
import { failure } from "../cases/case.ts";
import { isWhole } from "../evidence.ts";
import { type PolicyCalls, type PolicyState, policyGiven, policyIn, policyText } from "../policy.ts";
import type { Tags } from "../values.ts";
import { BUCKET_GONE, bucketInput, bucketSaid, bucketTags } from "./bucket.ts";

/** What reading and setting a bucket's policy takes. */
export const BUCKET_POLICY_PERMISSIONS = {
  read: ["s3:GetBucketPolicy", "s3:GetBucketTagging"],
  write: ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"],
};

export async function readBucketPolicy(
  aws: AwsCall,
  target: RemediationTarget,
): Promise<Asked<{ state: PolicyState; tags: Tags }>> {
  const text = await ask<string | null>(
    aws,
    { service: "s3", operation: "GetBucketPolicy", input: bucketInput(target) },
    {
      answer: z.object({ Policy: z.string() }).transform(({ Policy }) => Policy),
      absent: { codes: ["NoSuchBucketPolicy"], as: null },
      gone: BUCKET_GONE,
    },
  );
  if (!text.ok) return text;
  const policy = policyIn(text.value, "s3:PutBucketPolicy");
  if (!policy.ok) return policy;
  const tags = await bucketTags(aws, target);
  return tags.ok ? ok({ state: { policy: policy.value }, tags: tags.value }) : tags;
}

/** The policy that the finding's call put; undefined where the event held none that can be read. */
export function policyInEvidence({ evidence }: RemediationTarget): PolicyState | undefined {
  const put = evidence["policy"] ?? null;
  if (!isWhole(put)) return undefined;
  const policy = policyIn(typeof put === "string" ? put : JSON.stringify(put), "s3:PutBucketPolicy");
  return policy.ok && policy.value !== null ? { policy: policy.value } : undefined;
}

export const bucketPolicyCalls = (target: RemediationTarget): PolicyCalls => ({
  subject: bucketSaid(target),
  put: (document) => ({
    service: "s3",
    operation: "PutBucketPolicy",
    input: { ...bucketInput(target), Policy: policyText(document) },
  }),
  remove: () => ({ service: "s3", operation: "DeleteBucketPolicy", input: bucketInput(target) }),
});

export const simulateBucketPolicy = (_: PolicyState, { input }: PlannedCall): PolicyState => ({
  policy: policyGiven(input["Policy"]),
});

/** Answers of a bucket without tags whose policy is this text; null: none. */
export const bucketPolicyAnswers = (policy: string | null): Answers => ({
  GetBucketPolicy: policy === null ? failure("NoSuchBucketPolicy") : { Policy: policy },
  GetBucketTagging: failure("NoSuchTagSet"),
});
export const documentAnswers = (document: JsonObject): Answers => bucketPolicyAnswers(JSON.stringify(document));
