import { eventName, requestText } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { namedResource } from "../resources.ts";
import { shown } from "../shorten.ts";

const done: Readonly<Record<string, string>> = { StopLogging: "stopped logging", DeleteTrail: "was deleted" };
const stop = (name: string, trail: string) => apiCall({ service: "cloudtrail", name, request: { name: trail } });

export const loggingStopped = defineDetection({
  id: "cloudtrail.logging-stopped",
  title: "CloudTrail logging stopped",
  description:
    "What happens in the account from now on is no longer recorded by this trail. Switching the record off is what an intruder does first.",
  severity: "critical",
  pattern: succeeded({ service: "cloudtrail", names: ["StopLogging", "DeleteTrail"] }),
  finding: (event) => {
    const trail = requestText(event, "name");
    if (trail === undefined) return null;
    const resource = namedResource("AWS::CloudTrail::Trail", trail);
    return tellCall(event, {
      resource,
      title: `Trail ${shown(resource.id)} ${done[eventName(event) ?? ""] ?? "was changed"}`,
    });
  },
  mitre: ["T1562.008"],
  controls: { ...themes.logging, cis: ["3.1", "4.5"], fsbp: ["CloudTrail.1", "CloudWatch.5"] },
  remediation: "cloudtrail.restart-logging",
  falsePositives: "A trail replaced by another in planned work; the new trail should have been started before.",
  references: [
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html",
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html",
  ],
  cases: [
    hit("logging stopped", stop("StopLogging", "main"), {
      title: "Trail main stopped logging, by alice",
      resource: "main",
    }),
    hit("trail deleted", stop("DeleteTrail", "main"), { title: /was deleted/ }),
    hit(
      "the trail is named by ARN: the same resource",
      stop("StopLogging", "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"),
      { resource: "main" },
    ),
    miss("the call was denied", denied(stop("StopLogging", "main"))),
    miss("logging started", stop("StartLogging", "main")),
    malformed("no trail is named", apiCall({ service: "cloudtrail", name: "StopLogging", request: "main" })),
  ],
});
