import type { Json } from "@ephor/domain/json";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";
import { bucketOf } from "./bucket.ts";
import { weakenedSwitches } from "./weakened-block.ts";

const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const put = (PublicAccessBlockConfiguration: Json) =>
  apiCall({
    service: "s3",
    name: "PutBucketPublicAccessBlock",
    request: { bucketName: "reports", publicAccessBlock: "", PublicAccessBlockConfiguration },
  });
const remove = apiCall({ service: "s3", name: "DeleteBucketPublicAccessBlock", request: { bucketName: "reports" } });

export const publicAccessBlockWeakened = defineDetection({
  id: "s3.public-access-block-weakened",
  title: "Block Public Access weakened on a bucket",
  description: "A policy or an ACL can now make this bucket public; often this is the step before doing so.",
  severity: "medium",
  pattern: succeeded({
    service: "s3",
    names: [
      "PutBucketPublicAccessBlock",
      "DeleteBucketPublicAccessBlock",
      "PutPublicAccessBlock",
      "DeletePublicAccessBlock",
    ],
  }),
  when: (event) => weakenedSwitches(event).length > 0,
  finding: (event) => {
    const resource = bucketOf(event);
    if (resource === undefined) return null;
    const off = weakenedSwitches(event);
    return tellCall(event, {
      resource,
      title: `Block Public Access of bucket ${shown(resource.id)} weakened (${off.join(", ")} off)`,
      evidence: { off },
    });
  },
  mitre: ["T1562.007", "T1530"],
  controls: { ...themes.exposure, cis: ["2.1.4"], fsbp: ["S3.8"] },
  remediation: "s3.block-public-access",
  falsePositives: "Buckets that serve a public website: allow-list them.",
  references: ["https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"],
  cases: [
    hit("taken away", remove, { title: /^Block Public Access of bucket reports weakened/, resource: "reports" }),
    hit("one switch off", put({ ...all, BlockPublicPolicy: false }), { title: /\(BlockPublicPolicy off\)/ }),
    hit("switches left out are off", put({ BlockPublicAcls: true })),
    hit("switches written as text", put({ ...all, IgnorePublicAcls: "false" })),
    miss("all on", put(all)),
    miss("all on, as text", put(Object.fromEntries(Object.keys(all).map((name) => [name, "true"])))),
    miss("the call was denied", denied(remove)),
    malformed("the configuration is text", put("none")),
    malformed("no bucket is named", apiCall({ service: "s3", name: "DeleteBucketPublicAccessBlock", request: [] })),
  ],
});
