import { isRoot, requestText, responseText } from "@ephor/events/sources/cloudtrail-read";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { alice, apiCall, denied, root, withDetail } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { accountResource } from "../resources.ts";

const create = (by = root, userName?: string) =>
  apiCall({
    service: "iam",
    name: "CreateAccessKey",
    by,
    request: userName === undefined ? null : { userName },
    response: { accessKey: { accessKeyId: "AKIAEXAMPLE000000002", status: "Active" } },
  });

export const rootAccessKeyCreated = defineDetection({
  id: "iam.root-access-key-created",
  title: "Access key created for the root user",
  description: "A key that can do everything, for ever, without MFA, and that no policy can limit.",
  severity: "critical",
  pattern: {
    detail: {
      eventSource: ["iam.amazonaws.com"],
      eventName: ["CreateAccessKey"],
      errorCode: [{ exists: false }],
      userIdentity: { type: ["Root"] },
    },
  },
  when: (event) => isRoot(event) && requestText(event, "userName") === undefined,
  finding: (event) =>
    tellCall(event, {
      resource: accountResource(event),
      title: `Access key created for the root user of account ${event.account}`,
      evidence: { accessKeyId: responseText(event, "accessKey.accessKeyId") ?? null },
    }),
  mitre: ["T1098.001"],
  controls: { ...themes.credentials, cis: ["1.4"], fsbp: ["IAM.4"] },
  falsePositives: "None: nothing needs a root access key.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user_manage_add-key.html"],
  cases: [
    hit("root makes its own key", create(), { resource: "111122223333", severity: "critical", actor: "root" }),
    miss("root makes a key for a user", create(root, "bob")),
    miss("a user makes its own key", create(alice)),
    miss("the call was denied", denied(create())),
    malformed("userIdentity is a list", withDetail(create(), { userIdentity: [root] })),
  ],
});
