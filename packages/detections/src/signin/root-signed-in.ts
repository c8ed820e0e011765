import { textAt } from "@ephor/events/sources/read";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { alice, consoleSignIn, root, withDetail } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { accountResource } from "../resources.ts";

export const rootSignedIn = defineDetection({
  id: "signin.root-signed-in",
  title: "Root user signed in to the console",
  description: "Someone holds a console session that no IAM policy of the account limits.",
  severity: "high",
  pattern: {
    detail: {
      eventSource: ["signin.amazonaws.com"],
      eventName: ["ConsoleLogin"],
      userIdentity: { type: ["Root"] },
      responseElements: { ConsoleLogin: ["Success"] },
    },
  },
  finding: (event) => {
    const mfaUsed = textAt(event.envelope.detail, "additionalEventData.MFAUsed") ?? "unknown";
    const factor = mfaUsed === "Yes" ? "with MFA" : "without MFA";
    return tellCall(event, {
      resource: accountResource(event),
      title: `Root user of account ${event.account} signed in ${factor}`,
      evidence: { mfaUsed },
    });
  },
  mitre: ["T1078.004"],
  controls: { ...themes.credentials, cis: ["1.7", "4.3"], fsbp: ["CloudWatch.1", "IAM.9"] },
  falsePositives: "Announced work that only root can do. Check that the address and the time fit.",
  references: [
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html",
  ],
  cases: [
    hit("without MFA", consoleSignIn({ by: root, mfa: "No" }), { title: /signed in without MFA/, actor: "root" }),
    hit("with MFA", consoleSignIn({ by: root, mfa: "Yes" }), { title: /signed in with MFA/ }),
    miss("a failed attempt", consoleSignIn({ by: root, mfa: "No", outcome: "Failure" })),
    miss("an IAM user", consoleSignIn({ by: alice, mfa: "No" })),
    malformed(
      "responseElements is a list",
      withDetail(consoleSignIn({ by: root, mfa: "No" }), { responseElements: [] }),
    ),
  ],
});
