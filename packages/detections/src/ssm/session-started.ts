import type { Json } from "@ephor/domain/json";
import { requestText, responseText } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";

const start = (target: Json, documentName: string | null = null) =>
  apiCall({
    service: "ssm",
    name: "StartSession",
    request: { target, documentName },
    response: { sessionId: "alice-01" },
  });

export const sessionStarted = defineDetection({
  id: "ssm.session-started",
  title: "Session opened on an instance",
  description: "Someone has a shell or a tunnel on the machine, without a network path to it.",
  severity: "informational",
  pattern: succeeded({ service: "ssm", names: ["StartSession"] }),
  finding: (event) => {
    const target = requestText(event, "target");
    if (target === undefined) return null;
    return tellCall(event, {
      resource: { type: "AWS::EC2::Instance", id: target },
      title: `Session opened on ${shown(target)}`,
      evidence: {
        sessionId: responseText(event, "sessionId") ?? null,
        documentName: requestText(event, "documentName") ?? null,
      },
    });
  },
  actorInKey: true,
  mitre: ["T1021.008", "T1651"],
  controls: themes.execution,
  falsePositives: "Everyday work where Session Manager is how people reach machines: allow-list those machines.",
  references: ["https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartSession.html"],
  cases: [
    hit("a shell", start("i-0a1b2c3d"), {
      title: "Session opened on i-0a1b2c3d, by alice",
      resource: "i-0a1b2c3d",
      severity: "informational",
    }),
    hit("a tunnel", start("i-0a1b2c3d", "AWS-StartPortForwardingSession")),
    miss("the call was denied", denied(start("i-0a1b2c3d"))),
    miss("it ends", apiCall({ service: "ssm", name: "TerminateSession" })),
    malformed("the target is a list", start(["i-01"])),
  ],
});
