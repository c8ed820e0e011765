import { eventName, requestParameters, requestText } from "@ephor/events/sources/cloudtrail-read";
import { booleanAt } from "@ephor/events/sources/read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";

/** After the others this account's detector still runs, so that switching it on would put nothing right. */
const DETECTOR_CALLS = ["DeleteDetector", "UpdateDetector"];

const DETECTOR = "12abc34d567e8fa901bc2d34e56789f0";
const call = (name: string, request: Readonly<Record<string, string | boolean | number>>) =>
  apiCall({ service: "guardduty", name, request });

export const detectorDisabled = defineDetection({
  id: "guardduty.detector-disabled",
  title: "GuardDuty switched off",
  description: "Nothing in this Region is watched for attacks any more, and the findings so far may be gone.",
  severity: "critical",
  pattern: succeeded({
    service: "guardduty",
    names: ["DeleteDetector", "UpdateDetector", "StopMonitoringMembers", "DisassociateFromAdministratorAccount"],
  }),
  when: (event) => eventName(event) !== "UpdateDetector" || booleanAt(requestParameters(event), "enable") === false,
  finding: (event) => {
    const detector = requestText(event, "detectorId");
    if (detector === undefined) return null;
    return tellCall(event, {
      resource: { type: "AWS::GuardDuty::Detector", id: detector },
      title: `GuardDuty detector ${shown(detector)} switched off (${eventName(event) ?? ""})`,
      ...(DETECTOR_CALLS.includes(eventName(event) ?? "") ? {} : { remediation: null }),
    });
  },
  mitre: ["T1562.001"],
  controls: { ...themes.logging, fsbp: ["GuardDuty.1"] },
  remediation: "guardduty.enable",
  falsePositives: "A Region closed down, or a member account moved to another administrator.",
  references: [
    "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DeleteDetector.html",
    "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html",
  ],
  cases: [
    hit("deleted", call("DeleteDetector", { detectorId: DETECTOR }), {
      resource: DETECTOR,
      severity: "critical",
      remediation: "guardduty.enable",
    }),
    hit("suspended", call("UpdateDetector", { detectorId: DETECTOR, enable: false })),
    hit("members left unwatched", call("StopMonitoringMembers", { detectorId: DETECTOR }), { remediation: null }),
    miss(
      "its settings changed",
      call("UpdateDetector", { detectorId: DETECTOR, findingPublishingFrequency: "ONE_HOUR" }),
    ),
    miss("switched on", call("UpdateDetector", { detectorId: DETECTOR, enable: true })),
    miss("the call was denied", denied(call("DeleteDetector", { detectorId: DETECTOR }))),
    malformed("the detector is a number", call("DeleteDetector", { detectorId: 12 })),
  ],
});
