import { attempted, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";
import { instanceOf } from "./instance.ts";

const read = (instanceId: string | readonly string[] = "i-0a1b2c3d") =>
  apiCall({ service: "ec2", name: "GetPasswordData", request: { instanceId }, readOnly: true });

/** Denied calls count: who goes through instances asking for passwords shows themselves by the refusals. */
export const passwordDataRead = defineDetection({
  id: "ec2.password-data-read",
  title: "Windows administrator password asked for",
  description: "With this and the key pair's private key one is administrator of the machine.",
  severity: "medium",
  pattern: attempted({ service: "ec2", names: ["GetPasswordData"] }),
  readOnly: true,
  finding: (event) => {
    const resource = instanceOf(event);
    if (resource === undefined) return null;
    return tellCall(event, { resource, title: `Administrator password of ${shown(resource.id)} asked for` });
  },
  actorInKey: true,
  mitre: ["T1552"],
  controls: themes.credentials,
  falsePositives: "The first sign-in to a new Windows machine. Many machines by one caller are not.",
  references: ["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetPasswordData.html"],
  cases: [
    hit("asked for", read(), {
      title: "Administrator password of i-0a1b2c3d asked for, by alice",
      resource: "i-0a1b2c3d",
    }),
    hit("asked for and refused", denied(read(), "Client.UnauthorizedOperation")),
    miss("another question", apiCall({ service: "ec2", name: "DescribeInstances", readOnly: true })),
    malformed("the instance is a list", read(["i-01"])),
  ],
});
