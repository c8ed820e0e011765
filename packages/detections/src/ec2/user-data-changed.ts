import type { Json } from "@ephor/domain/json";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";
import { instanceOf } from "./instance.ts";

const modify = (change: Readonly<Record<string, Json>>) =>
  apiCall({ service: "ec2", name: "ModifyInstanceAttribute", request: { instanceId: "i-0a1b2c3d", ...change } });
const withUserData = { userData: "<sensitiveDataRemoved>" };

export const userDataChanged = defineDetection({
  id: "ec2.user-data-changed",
  title: "Start script of an instance changed",
  description: "The script in the user data can run as root when the machine starts again, with the machine's role.",
  severity: "medium",
  pattern: {
    detail: {
      eventSource: ["ec2.amazonaws.com"],
      eventName: ["ModifyInstanceAttribute"],
      errorCode: [{ exists: false }],
      requestParameters: { userData: [{ exists: true }] },
    },
  },
  finding: (event) => {
    const resource = instanceOf(event);
    if (resource === undefined) return null;
    return tellCall(event, { resource, title: `Start script of ${shown(resource.id)} changed` });
  },
  mitre: ["T1037", "T1059"],
  controls: themes.execution,
  falsePositives: "Machines that are configured by hand. Look for StopInstances and StartInstances around it.",
  references: ["https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html"],
  cases: [
    hit("a new script", modify(withUserData), {
      title: "Start script of i-0a1b2c3d changed, by alice",
      resource: "i-0a1b2c3d",
    }),
    miss("another attribute", modify({ instanceType: { value: "m7i.large" } })),
    miss("the call was denied", denied(modify(withUserData), "Client.UnauthorizedOperation")),
    malformed("the instance is a number", modify({ ...withUserData, instanceId: 7 })),
  ],
});
