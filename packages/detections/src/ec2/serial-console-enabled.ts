import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied, withDetail } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { accountResource } from "../resources.ts";

const enable = apiCall({ service: "ec2", name: "EnableSerialConsoleAccess" });

export const serialConsoleEnabled = defineDetection({
  id: "ec2.serial-console-enabled",
  title: "Serial console enabled for the Region",
  description:
    "Machines can be reached past every security group and network, by whoever may push a key to their console.",
  severity: "high",
  pattern: succeeded({ service: "ec2", names: ["EnableSerialConsoleAccess"] }),
  finding: (event) =>
    tellCall(event, {
      resource: accountResource(event),
      title: `Serial console enabled for account ${event.account} in ${event.region}`,
    }),
  mitre: ["T1021.008"],
  controls: themes.network,
  falsePositives: "A machine that does not start any more is being repaired; it should be disabled again after.",
  references: ["https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configure-access-to-serial-console.html"],
  cases: [
    hit("enabled", enable, { title: /^Serial console enabled for account 111122223333/, resource: "111122223333" }),
    miss("disabled", apiCall({ service: "ec2", name: "DisableSerialConsoleAccess" })),
    miss("the call was denied", denied(enable, "Client.UnauthorizedOperation")),
    malformed(
      "the name of the call is a list of lists",
      withDetail(enable, { eventName: [["EnableSerialConsoleAccess"]] }),
    ),
  ],
});
