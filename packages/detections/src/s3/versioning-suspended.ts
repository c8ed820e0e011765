import type { Json } from "@ephor/domain/json";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";
import { bucketOf } from "./bucket.ts";

const put = (Status: Json, bucketName: Json = "reports") =>
  apiCall({
    service: "s3",
    name: "PutBucketVersioning",
    request: { bucketName, versioning: "", VersioningConfiguration: { Status } },
  });

export const versioningSuspended = defineDetection({
  id: "s3.versioning-suspended",
  title: "Bucket versioning suspended",
  description: "What is overwritten or deleted in this bucket from now on is gone: the first step of ransomware on S3.",
  severity: "medium",
  pattern: {
    detail: {
      eventSource: ["s3.amazonaws.com"],
      eventName: ["PutBucketVersioning"],
      errorCode: [{ exists: false }],
      requestParameters: { VersioningConfiguration: { Status: ["Suspended"] } },
    },
  },
  finding: (event) => {
    const resource = bucketOf(event);
    if (resource === undefined) return null;
    return tellCall(event, { resource, title: `Versioning of bucket ${shown(resource.id)} suspended` });
  },
  mitre: ["T1485", "T1490"],
  controls: { ...themes.availability, fsbp: ["S3.14"] },
  falsePositives: "Buckets of data that can be made again, where versions only cost: allow-list them.",
  references: ["https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"],
  cases: [
    hit("suspended", put("Suspended"), {
      title: "Versioning of bucket reports suspended, by alice",
      resource: "reports",
    }),
    miss("enabled", put("Enabled")),
    miss("the call was denied", denied(put("Suspended"))),
    malformed("the bucket is a list", put("Suspended", ["reports"])),
  ],
});
