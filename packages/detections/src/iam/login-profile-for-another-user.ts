import { eventName, requestText } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { alice, apiCall, denied, deployRole } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { userResource } from "../resources.ts";
import { shown } from "../shorten.ts";
import { isForAnother } from "./for-another.ts";

const call = (name: string, userName: string | readonly string[], by = alice) =>
  apiCall({ service: "iam", name, by, request: { userName, passwordResetRequired: false } });

export const loginProfileForAnotherUser = defineDetection({
  id: "iam.login-profile-for-another-user",
  title: "Console password set for another user",
  description: "Whoever set this password can sign in to the console as that user.",
  severity: "high",
  pattern: succeeded({ service: "iam", names: ["CreateLoginProfile", "UpdateLoginProfile"] }),
  when: isForAnother,
  finding: (event) => {
    const user = requestText(event, "userName");
    if (user === undefined) return null;
    const done = eventName(event) === "UpdateLoginProfile" ? "changed" : "created";
    return tellCall(event, {
      resource: userResource(user),
      title: `Console password ${done} for user ${shown(user)}`,
    });
  },
  mitre: ["T1098.001"],
  controls: { ...themes.credentials, cis: ["1.10"], fsbp: ["IAM.5"] },
  falsePositives: "Onboarding, and passwords reset by the help desk.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html",
    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html",
  ],
  cases: [
    hit("a first password", call("CreateLoginProfile", "bob"), {
      title: "Console password created for user bob, by alice",
      resource: "bob",
    }),
    hit("another password", call("UpdateLoginProfile", "bob"), { title: /changed for user bob/ }),
    hit("by a role", call("CreateLoginProfile", "bob", deployRole), { actor: "deploy/pipeline" }),
    miss("one's own", call("UpdateLoginProfile", "Alice")),
    miss("one's own, changed as a user does", apiCall({ service: "iam", name: "ChangePassword" })),
    miss("the call was denied", denied(call("CreateLoginProfile", "bob"))),
    malformed("the user is a list", call("CreateLoginProfile", ["bob"])),
  ],
});
