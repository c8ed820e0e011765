import type { Json } from "@ephor/domain/json";
import { requestText } from "@ephor/events/sources/cloudtrail-read";
import { textAt } from "@ephor/events/sources/read";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { alice, apiCall, denied, deployRole } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { userResource } from "../resources.ts";

const read = (secretId: Json = "orders/db", by = alice) =>
  apiCall({ service: "secretsmanager", name: "GetSecretValue", by, request: { secretId }, readOnly: true });

/** One finding a user, whatever the number of secrets: its occurrences say how many were read. */
export const secretReadByUser = defineDetection({
  id: "secretsmanager.secret-read-by-user",
  title: "Secrets read with a user's own credentials",
  description:
    "Applications read their secrets under roles. A user who does holds them outside of every rotation, and many reads in a row are a search.",
  severity: "low",
  pattern: {
    detail: {
      eventSource: ["secretsmanager.amazonaws.com"],
      eventName: ["GetSecretValue"],
      errorCode: [{ exists: false }],
      userIdentity: { type: ["IAMUser"] },
    },
  },
  readOnly: true,
  finding: (event) => {
    const user = textAt(event.envelope.detail, "userIdentity.userName");
    if (user === undefined) return null;
    return tellCall(event, {
      resource: userResource(user),
      title: "Secret read with a user's own credentials",
      evidence: { secretId: requestText(event, "secretId") ?? null },
    });
  },
  mitre: ["T1555.006"],
  controls: themes.credentials,
  falsePositives: "Applications that still run with a user's access key: give them a role, or allow-list the user.",
  references: ["https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html"],
  cases: [
    hit("by a user", read(), {
      title: "Secret read with a user's own credentials, by alice",
      resource: "alice",
      severity: "low",
    }),
    miss("by a role", read("orders/db", deployRole)),
    miss("the call was denied", denied(read())),
    malformed("the user's name is a list", read("orders/db", { type: "IAMUser", userName: ["alice"] })),
  ],
});
