import type { Json } from "@ephor/domain/json";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { accountResource } from "../resources.ts";
import { weakenedSwitches } from "./weakened-block.ts";

const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const put = (PublicAccessBlockConfiguration: Json) =>
  apiCall({ service: "s3", name: "PutAccountPublicAccessBlock", request: { PublicAccessBlockConfiguration } });
const remove = apiCall({ service: "s3", name: "DeleteAccountPublicAccessBlock" });

export const accountPublicAccessBlockWeakened = defineDetection({
  id: "s3.account-public-access-block-weakened",
  title: "Block Public Access weakened for the whole account",
  description: "Nothing keeps the account's buckets from being made public any more, one by one.",
  severity: "high",
  pattern: {
    detail: {
      eventSource: ["s3.amazonaws.com", "s3-control.amazonaws.com"],
      eventName: ["PutAccountPublicAccessBlock", "DeleteAccountPublicAccessBlock"],
      errorCode: [{ exists: false }],
    },
  },
  when: (event) => weakenedSwitches(event).length > 0,
  finding: (event) => {
    const off = weakenedSwitches(event);
    return tellCall(event, {
      resource: accountResource(event),
      title: `Block Public Access of account ${event.account} weakened (${off.join(", ")} off)`,
      evidence: { off },
    });
  },
  mitre: ["T1562.007", "T1530"],
  controls: { ...themes.exposure, cis: ["2.1.4"], fsbp: ["S3.1"] },
  remediation: "s3.block-public-access-account",
  falsePositives: "An account kept for public websites: allow-list it.",
  references: ["https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-account.html"],
  cases: [
    hit("taken away", remove, {
      title: /^Block Public Access of account 111122223333 weakened/,
      resource: "111122223333",
    }),
    hit("one switch off", put({ ...all, RestrictPublicBuckets: false }), { title: /\(RestrictPublicBuckets off\)/ }),
    miss("all on", put(all)),
    miss("the call was denied", denied(remove)),
    malformed("the configuration is a list", put(["none"])),
  ],
});
