import { requestText, responseText } from "@ephor/events/sources/cloudtrail-read";
import { textAt } from "@ephor/events/sources/read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { accountResource, userResource } from "../resources.ts";
import { shown } from "../shorten.ts";

const federate = (name: string | readonly string[]) =>
  apiCall({
    service: "sts",
    name: "GetFederationToken",
    request: { name, durationSeconds: 129_600 },
    response: { federatedUser: { arn: `arn:aws:sts::111122223333:federated-user/${String(name)}` } },
  });

export const federationTokenCreated = defineDetection({
  id: "sts.federation-token-created",
  title: "Federation token created",
  description:
    "A session of up to 36 hours that goes on working after the access key behind it is deactivated or deleted: a way to stay.",
  severity: "medium",
  pattern: succeeded({ service: "sts", names: ["GetFederationToken"] }),
  finding: (event) => {
    const name = requestText(event, "name");
    if (name === undefined) return null;
    const user = textAt(event.envelope.detail, "userIdentity.userName");
    return tellCall(event, {
      resource: user === undefined ? accountResource(event) : userResource(user),
      title: `Federation token ${shown(name)} created`,
      evidence: { name, federatedUser: responseText(event, "federatedUser.arn") ?? null },
    });
  },
  mitre: ["T1550.001"],
  controls: themes.credentials,
  falsePositives: "Old applications that hand out sessions of their own; allow-list their users.",
  references: ["https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html"],
  cases: [
    hit("a token", federate("reports"), {
      title: "Federation token reports created, by alice",
      resource: "alice",
    }),
    miss("the call was denied", denied(federate("reports"))),
    miss("a session token of one's own", apiCall({ service: "sts", name: "GetSessionToken" })),
    malformed("the name is a list", federate(["reports"])),
  ],
});
