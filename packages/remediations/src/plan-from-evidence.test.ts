import { detections } from "@ephor/detections/catalogue";
import { compileDetections } from "@ephor/detections/evaluate";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { eventsOf, parseEnvelope } from "@ephor/events/parse-event";
import { expect, test } from "vitest";
import { remediation } from "./catalogue.ts";

/** The target of the finding that a detection makes of its first case of a hit. */
function foundBy(id: string): RemediationTarget {
  const detection = detections.find((each) => each.id === id);
  const hit = detection?.cases.find(({ kind }) => kind === "hit");
  if (detection === undefined || hit === undefined) throw new Error(`no detection ${id} with a hit`);
  const envelope = parseEnvelope(hit.event);
  const events = envelope.ok ? eventsOf(envelope.value) : envelope;
  if (!events.ok) throw new Error(events.error.message);
  const [draft] = events.value.flatMap((event) => compileDetections([detection])(event).drafts);
  if (draft === undefined) throw new Error(`${id} finds nothing`);
  const { account, region, resource, actor, evidence } = draft;
  return { account, region, partition: "aws", resource, actor, evidence };
}

const planned = (detection: string) => {
  const target = foundBy(detection);
  const wanted = remediation(detections.find(({ id }) => id === detection)?.remediation ?? "");
  const state = wanted?.fromEvidence(target);
  if (wanted === undefined || state === undefined) throw new Error(`the evidence of ${detection} shows no state`);
  expect(wanted.check(target)).toEqual({ ok: true, value: undefined });
  expect(wanted.state.parse(state)).toEqual(state);
  return wanted.change(state, target).calls.map(({ operation, input }) => [operation, input]);
};

test.each([
  [
    "ec2.security-group-opened-to-world",
    "RevokeSecurityGroupIngress",
    {
      GroupId: "sg-0a1b2c3d4e5f60718",
      IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
    },
  ],
  [
    "ec2.snapshot-shared",
    "ModifySnapshotAttribute",
    {
      SnapshotId: "snap-0a1b2c3d",
      Attribute: "createVolumePermission",
      OperationType: "remove",
      UserIds: ["444455556666"],
    },
  ],
  [
    "ec2.image-shared",
    "ModifyImageAttribute",
    { ImageId: "ami-0a1b2c3d", LaunchPermission: { Remove: [{ UserId: "444455556666" }] } },
  ],
  [
    "rds.snapshot-shared",
    "ModifyDBSnapshotAttribute",
    { DBSnapshotIdentifier: "orders-2026-01", AttributeName: "restore", ValuesToRemove: ["444455556666"] },
  ],
  ["rds.instance-made-public", "ModifyDBInstance", { DBInstanceIdentifier: "orders", PubliclyAccessible: false }],
  [
    "iam.access-key-for-another-user",
    "UpdateAccessKey",
    { UserName: "bob", AccessKeyId: "AKIAEXAMPLE000000001", Status: "Inactive" },
  ],
  [
    "iam.admin-policy-attached",
    "DetachUserPolicy",
    { UserName: "bob", PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
  ],
])("what %s finds can be planned without AWS", (detection, operation, input) => {
  expect(planned(detection)).toEqual([[operation, input]]);
});
