import type { Json } from "@ephor/domain/json";
import { wasDenied } from "@ephor/events/sources/cloudtrail-read";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";
import { instanceOf } from "./instance.ts";

const read = (attribute: string, instanceId: Json = "i-0a1b2c3d") =>
  apiCall({
    service: "ec2",
    name: "DescribeInstanceAttribute",
    request: { attribute, instanceId },
    readOnly: true,
  });
const REFUSED = "Client.UnauthorizedOperation";

/** Only what was refused: deployment tools read user data all day, and they may. */
export const userDataReadRefused = defineDetection({
  id: "ec2.user-data-read-refused",
  title: "Start script of an instance asked for, and refused",
  description: "User data often holds passwords and keys. Someone who may not read it went looking for them.",
  severity: "medium",
  pattern: {
    detail: {
      eventSource: ["ec2.amazonaws.com"],
      eventName: ["DescribeInstanceAttribute"],
      errorCode: [{ exists: true }],
      requestParameters: { attribute: ["userData"] },
    },
  },
  readOnly: true,
  when: wasDenied,
  finding: (event) => {
    const resource = instanceOf(event);
    if (resource === undefined) return null;
    return tellCall(event, { resource, title: `Start script of ${shown(resource.id)} asked for, and refused` });
  },
  actorInKey: true,
  mitre: ["T1552", "T1580"],
  controls: themes.credentials,
  falsePositives: "A new inventory tool whose role lacks the permission.",
  references: ["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html"],
  cases: [
    hit("refused", denied(read("userData"), REFUSED), {
      title: "Start script of i-0a1b2c3d asked for, and refused, by alice",
      resource: "i-0a1b2c3d",
    }),
    miss("allowed", read("userData")),
    miss("another attribute", denied(read("disableApiTermination"), REFUSED)),
    miss("no such instance", denied(read("userData"), "Client.InvalidInstanceID.NotFound")),
    malformed("the instance is a list", denied(read("userData", ["i-01"]), REFUSED)),
  ],
});
