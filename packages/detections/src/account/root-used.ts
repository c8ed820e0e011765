import { eventName, isRoot } from "@ephor/events/sources/cloudtrail-read";
import { textAt } from "@ephor/events/sources/read";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, consoleSignIn, denied, deployRole, root, withDetail } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { accountResource } from "../resources.ts";
import { shown } from "../shorten.ts";

/** CIS monitoring control for root use: what a service does in root's name, and failed sign-ins, are not use. */
export const rootUsed = defineDetection({
  id: "account.root-used",
  title: "Root user used",
  description:
    "The root user can do everything in the account, cannot be limited by IAM policies and is shared by whoever holds its password. Daily work never needs it.",
  severity: "high",
  pattern: {
    detail: {
      userIdentity: { type: ["Root"], invokedBy: [{ exists: false }] },
      eventType: [{ "anything-but": ["AwsServiceEvent"] }],
    },
  },
  readOnly: true,
  when: (event) => isRoot(event) && textAt(event.envelope.detail, "responseElements.ConsoleLogin") !== "Failure",
  finding: (event) =>
    tellCall(event, {
      resource: accountResource(event),
      title: `Root user of account ${event.account} used: ${shown(eventName(event) ?? "")}`,
    }),
  mitre: ["T1078.004"],
  controls: { ...themes.credentials, cis: ["1.7", "4.3"], fsbp: ["CloudWatch.1"] },
  falsePositives:
    "The few tasks that only root can do, such as closing the account, and AWS Organizations' centralised root sessions. Expect them to be announced.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html"],
  cases: [
    hit("an API call by root", apiCall({ service: "s3", name: "CreateBucket", by: root }), {
      title: "Root user of account 111122223333 used: CreateBucket, by root",
      resource: "111122223333",
      severity: "high",
    }),
    hit("a read-only call by root", apiCall({ service: "iam", name: "ListUsers", by: root, readOnly: true })),
    hit("a call by root that was denied is still use", denied(apiCall({ service: "kms", name: "ListKeys", by: root }))),
    hit("root signs in", consoleSignIn({ by: root, mfa: "Yes" })),
    miss("root fails to sign in", consoleSignIn({ by: root, mfa: "No", outcome: "Failure" })),
    miss(
      "a service event in root's name",
      withDetail(apiCall({ service: "kms", name: "RotateKey", by: root }), { eventType: "AwsServiceEvent" }),
    ),
    miss(
      "a service acts in root's name",
      apiCall({ service: "kms", name: "Decrypt", by: { ...root, invokedBy: "backup.amazonaws.com" } }),
    ),
    miss("a role", apiCall({ service: "s3", name: "CreateBucket", by: deployRole })),
    malformed(
      "userIdentity is a list",
      withDetail(apiCall({ service: "s3", name: "CreateBucket" }), { userIdentity: [root] }),
    ),
    malformed(
      "userIdentity is text",
      withDetail(apiCall({ service: "s3", name: "CreateBucket" }), { userIdentity: "Root" }),
    ),
  ],
});
