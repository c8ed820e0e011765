import type { Json } from "@ephor/domain/json";
import { eventName, requestText } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";

const push = (name: string, instanceId: Json = "i-0a1b2c3d") =>
  apiCall({
    service: "ec2-instance-connect",
    name,
    request: { instanceId, instanceOSUser: "ec2-user", sSHPublicKey: "ssh-ed25519 AAAAC3Nz" },
    response: { success: true },
  });

export const sshKeyPushed = defineDetection({
  id: "ec2-instance-connect.ssh-key-pushed",
  title: "SSH key pushed to an instance",
  description: "For a minute this key opens a shell on the machine. Rights in AWS become rights on the machine.",
  severity: "low",
  pattern: succeeded({ service: "ec2-instance-connect", names: ["SendSSHPublicKey", "SendSerialConsoleSSHPublicKey"] }),
  finding: (event) => {
    const id = requestText(event, "instanceId");
    if (id === undefined) return null;
    const where = eventName(event) === "SendSerialConsoleSSHPublicKey" ? "the serial console of " : "";
    return tellCall(event, {
      resource: { type: "AWS::EC2::Instance", id },
      title: `SSH key pushed to ${where}${shown(id)}`,
      evidence: { user: requestText(event, "instanceOSUser") ?? null, key: requestText(event, "sSHPublicKey") ?? null },
    });
  },
  actorInKey: true,
  mitre: ["T1021.004", "T1021.008"],
  controls: themes.execution,
  falsePositives: "Everyday work where EC2 Instance Connect is how people reach machines: allow-list those machines.",
  references: ["https://docs.aws.amazon.com/ec2-instance-connect/latest/APIReference/API_SendSSHPublicKey.html"],
  cases: [
    hit("to the machine", push("SendSSHPublicKey"), {
      title: "SSH key pushed to i-0a1b2c3d, by alice",
      resource: "i-0a1b2c3d",
      severity: "low",
    }),
    hit("to its serial console", push("SendSerialConsoleSSHPublicKey"), { title: /serial console of i-0a1b2c3d/ }),
    miss("the call was denied", denied(push("SendSSHPublicKey"))),
    miss("a tunnel", apiCall({ service: "ec2-instance-connect", name: "OpenTunnel" })),
    malformed("the instance is a number", push("SendSSHPublicKey", 7)),
  ],
});
