import { requestText } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { userResource } from "../resources.ts";
import { shown } from "../shorten.ts";

const SERIAL = "arn:aws:iam::111122223333:mfa/bob-phone";
const call = (name: string, userName: string | number) =>
  apiCall({ service: "iam", name, request: { userName, serialNumber: SERIAL } });

export const mfaDeviceRemoved = defineDetection({
  id: "iam.mfa-device-removed",
  title: "MFA device removed from a user",
  description: "From now on this user's password alone is enough, unless another device is set up.",
  severity: "medium",
  pattern: succeeded({ service: "iam", names: ["DeactivateMFADevice"] }),
  finding: (event) => {
    const user = requestText(event, "userName");
    if (user === undefined) return null;
    return tellCall(event, {
      resource: userResource(user),
      title: `MFA device of user ${shown(user)} removed`,
      evidence: { serialNumber: requestText(event, "serialNumber") ?? null },
    });
  },
  mitre: ["T1556.006"],
  controls: { ...themes.credentials, cis: ["1.10"], fsbp: ["IAM.5", "IAM.19"] },
  falsePositives: "A lost or new phone: EnableMFADevice for the same user follows soon.",
  references: ["https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html"],
  cases: [
    hit("a user's device", call("DeactivateMFADevice", "bob"), {
      title: "MFA device of user bob removed, by alice",
      resource: "bob",
    }),
    miss("a device set up", call("EnableMFADevice", "bob")),
    miss("the call was denied", denied(call("DeactivateMFADevice", "bob"))),
    malformed("the user is a number", call("DeactivateMFADevice", 7)),
  ],
});
