import type { JsonObject } from "@ephor/domain/json";
import { requestText } from "@ephor/events/sources/cloudtrail-read";
import { succeeded } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { ACCOUNT, apiCall, denied, OTHER_ACCOUNT } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { isShared, tellSharing } from "../sharing.ts";
import { addedTo } from "./shared-attribute.ts";

const modify = (createVolumePermission: JsonObject | string) =>
  apiCall({
    service: "ec2",
    name: "ModifySnapshotAttribute",
    request: { snapshotId: "snap-0a1b2c3d", attributeType: "CREATE_VOLUME_PERMISSION", createVolumePermission },
  });

export const snapshotShared = defineDetection({
  id: "ec2.snapshot-shared",
  title: "Disk snapshot shared outside the account",
  description: "Whoever may make a volume of the snapshot can read the whole disk, at leisure and unseen.",
  severity: "high",
  pattern: succeeded({ service: "ec2", names: ["ModifySnapshotAttribute"] }),
  when: (event) => isShared(addedTo(event, "createVolumePermission")),
  finding: (event) => {
    const snapshot = requestText(event, "snapshotId");
    if (snapshot === undefined) return null;
    const resource = { type: "AWS::EC2::Snapshot", id: snapshot };
    return tellSharing(event, { what: "Snapshot", resource, sharing: addedTo(event, "createVolumePermission") });
  },
  mitre: ["T1537"],
  controls: { ...themes.exposure, fsbp: ["EC2.1"] },
  remediation: "ec2.unshare-snapshot",
  falsePositives:
    "Backups copied to a vault account of your own: allow-list the snapshot, or share by AWS Backup instead.",
  references: ["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html"],
  cases: [
    hit("with another account", modify({ add: { items: [{ userId: OTHER_ACCOUNT }] } }), {
      title: "Snapshot snap-0a1b2c3d shared with 444455556666, by alice",
      resource: "snap-0a1b2c3d",
      severity: "high",
    }),
    hit("with everyone", modify({ add: { items: [{ group: "all" }] } }), {
      title: /with everyone/,
      severity: "critical",
    }),
    miss("with its own account", modify({ add: { items: [{ userId: ACCOUNT }] } })),
    miss("no longer shared", modify({ remove: { items: [{ userId: OTHER_ACCOUNT }] } })),
    miss("the call was denied", denied(modify({ add: { items: [{ group: "all" }] } }), "Client.UnauthorizedOperation")),
    malformed("the permission is text", modify("all")),
  ],
});
