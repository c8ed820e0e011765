import { eventName } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied, withDetail } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { accountResource } from "../resources.ts";

const NAMES = ["DisableSecurityHub", "DisableSecurityHubV2", "BatchDisableStandards"];
const call = (name: string) => apiCall({ service: "securityhub", name });

export const securityHubDisabled = defineDetection({
  id: "securityhub.disabled",
  title: "Security Hub, or a standard of it, switched off",
  description: "Findings of this Region are no longer gathered, or no longer checked against the standard.",
  severity: "high",
  pattern: succeeded({ service: "securityhub", names: NAMES }),
  finding: (event) => {
    const what = eventName(event) === "BatchDisableStandards" ? "Standards of Security Hub" : "Security Hub";
    return tellCall(event, {
      resource: accountResource(event),
      title: `${what} switched off for account ${event.account} in ${event.region}`,
      evidence: { standards: event.envelope.detail["requestParameters"] ?? null },
    });
  },
  mitre: ["T1562.001"],
  controls: { ...themes.logging, cis: ["4.16"] },
  falsePositives: "A Region closed down, or one standard replaced by a newer version of it.",
  references: ["https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DisableSecurityHub.html"],
  cases: [
    hit("switched off", call("DisableSecurityHub"), { title: /^Security Hub switched off/, resource: "111122223333" }),
    hit("a standard switched off", call("BatchDisableStandards"), { title: /^Standards of Security Hub/ }),
    miss("switched on", call("EnableSecurityHub")),
    miss("the call was denied", denied(call("DisableSecurityHub"))),
    malformed(
      "the call is an object",
      withDetail(call("DisableSecurityHub"), { eventName: { name: "DisableSecurityHub" } }),
    ),
  ],
});
