import type { JsonObject } from "@ephor/domain/json";
import { requestText } from "@ephor/events/sources/cloudtrail-read";
import { succeeded } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { ACCOUNT, apiCall, denied, OTHER_ACCOUNT } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { isShared, tellSharing } from "../sharing.ts";
import { addedTo } from "./shared-attribute.ts";

const modify = (launchPermission: JsonObject | string) =>
  apiCall({
    service: "ec2",
    name: "ModifyImageAttribute",
    request: { imageId: "ami-0a1b2c3d", attributeType: "launchPermission", launchPermission },
  });

export const imageShared = defineDetection({
  id: "ec2.image-shared",
  title: "Machine image shared outside the account",
  description: "Whoever may launch the image can read every file that it holds, with the keys and data left in it.",
  severity: "high",
  pattern: succeeded({ service: "ec2", names: ["ModifyImageAttribute"] }),
  when: (event) => isShared(addedTo(event, "launchPermission")),
  finding: (event) => {
    const image = requestText(event, "imageId");
    if (image === undefined) return null;
    const resource = { type: "AWS::EC2::Image", id: image };
    return tellSharing(event, { what: "Image", resource, sharing: addedTo(event, "launchPermission") });
  },
  mitre: ["T1537"],
  controls: themes.exposure,
  remediation: "ec2.unshare-image",
  falsePositives: "Accounts of the same organization that launch golden images: allow-list the image.",
  references: ["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html"],
  cases: [
    hit("with another account", modify({ add: { items: [{ userId: OTHER_ACCOUNT }] } }), {
      title: "Image ami-0a1b2c3d shared with 444455556666, by alice",
      resource: "ami-0a1b2c3d",
      severity: "high",
    }),
    hit("with everyone", modify({ add: { items: [{ group: "all" }] } }), {
      title: /with everyone/,
      severity: "critical",
    }),
    hit(
      "with an organization",
      modify({ add: { items: [{ organizationArn: "arn:aws:organizations::444455556666:organization/o-1" }] } }),
    ),
    miss("with its own account", modify({ add: { items: [{ userId: ACCOUNT }] } })),
    miss("no longer shared", modify({ remove: { items: [{ group: "all" }] } })),
    miss("the call was denied", denied(modify({ add: { items: [{ group: "all" }] } }), "Client.UnauthorizedOperation")),
    malformed("the permission is text", modify("all")),
    malformed("what is added is a number", modify({ add: { items: [7] } })),
  ],
});
