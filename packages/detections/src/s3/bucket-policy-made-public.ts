import type { Json } from "@ephor/domain/json";
import { publicStatements } from "@ephor/domain/policy-document/is-public-statement";
import type { Event } from "@ephor/events/envelope";
import { requestParameter } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { policyInCall } from "../policy-in-call.ts";
import { shown } from "../shorten.ts";
import { bucketOf } from "./bucket.ts";

const openStatements = (event: Event) => {
  const policy = policyInCall(event, "bucketPolicy");
  return policy === undefined ? [] : publicStatements(policy);
};

const put = (bucketPolicy: Json) =>
  apiCall({ service: "s3", name: "PutBucketPolicy", request: { bucketName: "reports", bucketPolicy } });
const allow = (more: Readonly<Record<string, Json>>) =>
  put({
    Version: "2012-10-17",
    Statement: [{ Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::reports/*", ...more }],
  });

export const bucketPolicyMadePublic = defineDetection({
  id: "s3.bucket-policy-made-public",
  title: "Bucket policy opened to everyone",
  description:
    "The bucket's policy lets anyone do what it names, signed in or not, unless Block Public Access stands in the way.",
  severity: "high",
  pattern: succeeded({ service: "s3", names: ["PutBucketPolicy"] }),
  when: (event) => openStatements(event).length > 0,
  finding: (event) => {
    const resource = bucketOf(event);
    if (resource === undefined) return null;
    const actions = openStatements(event).flatMap(({ actions: { kind, of } }) =>
      kind === "only" ? of : ["all but a few"],
    );
    return tellCall(event, {
      resource,
      title: `Bucket ${shown(resource.id)} opened to everyone for ${shown([...new Set(actions)].join(", "))}`,
      evidence: { policy: requestParameter(event, "bucketPolicy") ?? null },
    });
  },
  mitre: ["T1530"],
  controls: { ...themes.exposure, cis: ["2.1.4", "4.8"], fsbp: ["S3.2", "S3.3"] },
  remediation: "s3.remove-public-statement",
  falsePositives: "Buckets that serve a public website; put a CDN before them, or allow-list the bucket.",
  references: [
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status",
  ],
  cases: [
    hit("anyone may read", allow({ Principal: "*" }), {
      title: "Bucket reports opened to everyone for s3:GetObject, by alice",
      resource: "reports",
    }),
    hit(
      "the policy is text",
      put(JSON.stringify({ Statement: { Effect: "Allow", Principal: { AWS: "*" }, Action: "s3:*", Resource: "*" } })),
    ),
    hit("over TLS is still anyone", allow({ Principal: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } })),
    miss("one account", allow({ Principal: { AWS: "arn:aws:iam::444455556666:root" } })),
    miss(
      "anyone of one organization",
      allow({ Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } }),
    ),
    miss("nobody", allow({ Effect: "Deny", Principal: "*" })),
    miss("the call was denied", denied(allow({ Principal: "*" }))),
    malformed("the policy is a number", put(7)),
    malformed("a statement is text", put({ Statement: ["Allow"] })),
  ],
});
