import type { Json, JsonObject } from "@ephor/domain/json";
import type { Event } from "@ephor/events/envelope";
import { requestParameters, requestText, responseText } from "@ephor/events/sources/cloudtrail-read";
import { textsAt } from "@ephor/events/sources/read";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { accountResource } from "../resources.ts";
import { shown } from "../shorten.ts";

/** The machines, where they are named one by one. */
const targetsOf = (event: Event): readonly string[] =>
  textsAt(requestParameters(event), "instanceIds").filter((id) => id !== "");

const send = (request: JsonObject) =>
  apiCall({
    service: "ssm",
    name: "SendCommand",
    request: { parameters: "HIDDEN_DUE_TO_SECURITY_REASONS", ...request },
    response: { command: { commandId: "f6887251-cdde-4251-a026-f50a25f521f7" } },
  });
const shell = (instanceIds: Json) => send({ documentName: "AWS-RunShellScript", instanceIds });

export const shellCommandSent = defineDetection({
  id: "ssm.shell-command-sent",
  title: "Shell command sent to instances",
  description: "Any command was run as root or as administrator on these machines, without a network path to them.",
  severity: "low",
  pattern: {
    detail: {
      eventSource: ["ssm.amazonaws.com"],
      eventName: ["SendCommand"],
      errorCode: [{ exists: false }],
      requestParameters: {
        documentName: [{ suffix: "AWS-RunShellScript" }, { suffix: "AWS-RunPowerShellScript" }],
      },
    },
  },
  finding: (event) => {
    const ids = targetsOf(event);
    const evidence = {
      documentName: requestText(event, "documentName") ?? null,
      commandId: responseText(event, "command.commandId") ?? null,
      targets: requestParameters(event)["targets"] ?? null,
    };
    if (ids.length > 0) {
      return ids.flatMap((id) => {
        const resource = { type: "AWS::EC2::Instance", id };
        return tellCall(event, { resource, title: `Shell command sent to ${shown(id)}`, evidence }) ?? [];
      });
    }
    const resource = accountResource(event);
    return tellCall(event, { resource, title: "Shell command sent to instances by their tags", evidence });
  },
  actorInKey: true,
  mitre: ["T1651"],
  controls: themes.execution,
  falsePositives: "Maintenance by Systems Manager: allow-list its machines, or the networks that it is called from.",
  references: ["https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html"],
  cases: [
    hit("to two machines", shell(["i-01", "i-02"]), {
      title: "Shell command sent to i-01, by alice",
      resource: "i-01",
    }),
    hit(
      "by tag, PowerShell",
      send({ documentName: "AWS-RunPowerShellScript", targets: [{ key: "tag:env", values: ["prod"] }] }),
      {
        resource: "111122223333",
      },
    ),
    hit(
      "the document is named by ARN",
      send({ documentName: "arn:aws:ssm:eu-west-1::document/AWS-RunShellScript", instanceIds: ["i-01"] }),
    ),
    miss("a document of one's own", send({ documentName: "patch-baseline", instanceIds: ["i-01"] })),
    miss("the call was denied", denied(shell(["i-01"]))),
    malformed("the document is an object", send({ documentName: { name: "AWS-RunShellScript" } })),
  ],
});
