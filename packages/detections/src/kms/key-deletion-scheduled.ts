import { eventName, requestText, responseElement } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { namedResource } from "../resources.ts";
import { shown } from "../shorten.ts";

const KEY = "1234abcd-12ab-34cd-56ef-1234567890ab";
const call = (name: string, keyId: string | number = KEY) =>
  apiCall({
    service: "kms",
    name,
    request: { keyId, pendingWindowInDays: 7 },
    response: { deletionDate: "Jan 22, 2026" },
  });

export const keyDeletionScheduled = defineDetection({
  id: "kms.key-deletion-scheduled",
  title: "KMS key disabled or about to be deleted",
  description:
    "All data under this key becomes unreadable: at once when the key is disabled, for ever when it is deleted. There is time to cancel a deletion until its date.",
  severity: "high",
  pattern: succeeded({ service: "kms", names: ["ScheduleKeyDeletion", "DisableKey"] }),
  finding: (event) => {
    const key = requestText(event, "keyId");
    if (key === undefined) return null;
    const resource = namedResource("AWS::KMS::Key", key);
    const fate = eventName(event) === "DisableKey" ? "disabled" : "scheduled for deletion";
    return tellCall(event, {
      resource,
      title: `Key ${shown(resource.id)} ${fate}`,
      evidence: { deletionDate: responseElement(event, "deletionDate") ?? null },
    });
  },
  mitre: ["T1485", "T1486"],
  controls: { ...themes.availability, cis: ["4.7"], fsbp: ["KMS.3"] },
  remediation: "kms.cancel-deletion",
  falsePositives: "Keys retired in planned work. Check in CloudTrail that nothing has used the key for months.",
  references: ["https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html"],
  cases: [
    hit("deletion scheduled", call("ScheduleKeyDeletion"), {
      title: `Key ${KEY} scheduled for deletion, by alice`,
      resource: KEY,
    }),
    hit("named by ARN: the same key", call("ScheduleKeyDeletion", `arn:aws:kms:eu-west-1:111122223333:key/${KEY}`), {
      resource: KEY,
    }),
    hit("disabled", call("DisableKey"), { title: /disabled/ }),
    miss("the deletion is cancelled", call("CancelKeyDeletion")),
    miss("the call was denied", denied(call("ScheduleKeyDeletion"))),
    malformed("the key is a number", call("ScheduleKeyDeletion", 7)),
  ],
});
