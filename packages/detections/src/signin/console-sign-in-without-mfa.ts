import { textAt } from "@ephor/events/sources/read";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { alice, consoleSignIn, deployRole, root, withDetail } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { accountResource, userResource } from "../resources.ts";

/**
 * Only users whose password AWS itself checks: a federated or Identity Center sign-in always reads `MFAUsed: No`,
 * since its second factor is checked by the identity provider, and so does every failed sign-in.
 */
export const consoleSignInWithoutMfa = defineDetection({
  id: "signin.console-sign-in-without-mfa",
  title: "Console sign-in without MFA",
  description: "A password alone opens this user's console session: whoever guesses, phishes or finds it is in.",
  severity: "high",
  pattern: {
    detail: {
      eventSource: ["signin.amazonaws.com"],
      eventName: ["ConsoleLogin"],
      userIdentity: { type: ["IAMUser", "Root"] },
      responseElements: { ConsoleLogin: ["Success"] },
      additionalEventData: { MFAUsed: ["No"], SamlProviderArn: [{ exists: false }] },
    },
  },
  finding: (event) => {
    const user = textAt(event.envelope.detail, "userIdentity.userName");
    return tellCall(event, {
      resource: user === undefined ? accountResource(event) : userResource(user),
      title: "Console sign-in without MFA",
    });
  },
  mitre: ["T1078.004"],
  controls: { ...themes.credentials, cis: ["1.5", "1.10", "4.2"], fsbp: ["IAM.5", "IAM.9", "CloudWatch.3"] },
  falsePositives: "None for people. A break-glass user without MFA should still be seen when it is used.",
  references: [
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html",
  ],
  cases: [
    hit("an IAM user", consoleSignIn({ by: alice, mfa: "No" }), {
      title: "Console sign-in without MFA, by alice",
      resource: "alice",
      actor: "alice",
    }),
    hit("root", consoleSignIn({ by: root, mfa: "No" }), { resource: "111122223333" }),
    miss("with MFA", consoleSignIn({ by: alice, mfa: "Yes" })),
    miss("federated: the identity provider checks the second factor", consoleSignIn({ by: deployRole, mfa: "No" })),
    miss("a failed attempt", consoleSignIn({ by: alice, mfa: "No", outcome: "Failure" })),
    malformed(
      "additionalEventData is text",
      withDetail(consoleSignIn({ by: alice, mfa: "No" }), { additionalEventData: "MFAUsed=No" }),
    ),
  ],
});
