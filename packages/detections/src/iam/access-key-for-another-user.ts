import { requestText, responseText } from "@ephor/events/sources/cloudtrail-read";
import { textAt } from "@ephor/events/sources/read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { alice, apiCall, denied, deployRole, root } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { userResource } from "../resources.ts";
import { shown } from "../shorten.ts";
import { isForAnother } from "./for-another.ts";

const create = (userName: string | null, by = alice) =>
  apiCall({
    service: "iam",
    name: "CreateAccessKey",
    by,
    request: userName === null ? null : { userName },
    response: { accessKey: { accessKeyId: "AKIAEXAMPLE000000001", status: "Active", userName: userName ?? "alice" } },
  });

export const accessKeyForAnotherUser = defineDetection({
  id: "iam.access-key-for-another-user",
  title: "Access key created for another user",
  description:
    "Whoever made this key can act as that user until the key is deleted, with the user's permissions and under the user's name.",
  severity: "high",
  pattern: succeeded({ service: "iam", names: ["CreateAccessKey"] }),
  when: isForAnother,
  finding: (event) => {
    const user = requestText(event, "userName");
    if (user === undefined) return null;
    const key = responseText(event, "accessKey.accessKeyId");
    return tellCall(event, {
      resource: userResource(user),
      title: `Access key created for user ${shown(user)}`,
      evidence: { accessKeyId: key ?? null, caller: textAt(event.envelope.detail, "userIdentity.arn") ?? null },
    });
  },
  mitre: ["T1098.001"],
  controls: { ...themes.credentials, cis: ["1.11", "1.13"], fsbp: ["IAM.3"] },
  remediation: "iam.deactivate-access-key",
  falsePositives: "Onboarding by an administrator or a pipeline that provisions machine users: allow-list those users.",
  references: ["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html"],
  cases: [
    hit("by another user", create("bob"), {
      title: "Access key created for user bob, by alice",
      resource: "bob",
      actor: "alice",
    }),
    hit("by a role", create("alice", deployRole), { actor: "deploy/pipeline" }),
    hit("by root, whose account has the user's name for an alias", create("bob", { ...root, userName: "bob" }), {
      resource: "bob",
    }),
    miss("for oneself, by name", create("alice")),
    miss("for oneself, by default", create(null)),
    miss("the call was denied", denied(create("bob"))),
    malformed(
      "userName is a list",
      apiCall({ service: "iam", name: "CreateAccessKey", request: { userName: ["bob"] } }),
    ),
  ],
});
