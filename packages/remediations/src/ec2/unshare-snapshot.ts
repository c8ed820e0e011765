import type { PlannedCall, RemediationTarget } from "@ephor/domain/remediation";
import { z } from "zod";
import { ACCOUNT, failure, hit, malformed, nothing, OTHER_ACCOUNT, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { EVERYONE, type Names, sharingSaid, simulateSharing, unsharing } from "../sharing.ts";
import { callOf, setSchema, tagsSchema } from "../values.ts";
import { snapshots } from "./ids.ts";
import { readShared } from "./read-shared.ts";

const GONE = ["InvalidSnapshot.NotFound"];
const Attribute = "createVolumePermission";

const snapshotsSchema = z
  .object({ Snapshots: z.array(z.object({ OwnerId: z.string(), Tags: tagsSchema })) })
  .transform(({ Snapshots }) => Snapshots);
const permissionSchema = z.object({ Group: z.string().optional(), UserId: z.string().optional() });
const permissionsSchema = z
  .object({ CreateVolumePermissions: z.array(permissionSchema).max(10_000).optional() })
  .transform(({ CreateVolumePermissions = [] }) =>
    CreateVolumePermissions.flatMap(({ Group, UserId }) => Group ?? UserId ?? []),
  );

const nameOf = ({ resource }: RemediationTarget): string => `snapshot ${resource.id}`;

/** One call for everyone and one for accounts: EC2 documents them in separate lists. */
function modify(target: RemediationTarget, { names, isRemoved }: Names): readonly PlannedCall[] {
  const { id } = target.resource;
  const users = names.filter((name) => name !== EVERYONE);
  const lists = [
    ...(names.includes(EVERYONE) ? [{ names: [EVERYONE], list: { GroupNames: [EVERYONE] } }] : []),
    ...(users.length === 0 ? [] : [{ names: users, list: { UserIds: users } }]),
  ];
  const OperationType = isRemoved ? "remove" : "add";
  return lists.map(({ names: some, list }) =>
    callOf("ec2", "ModifySnapshotAttribute", { SnapshotId: id, Attribute, OperationType, ...list }).says(
      sharingSaid(nameOf(target), { names: some, isRemoved }),
    ),
  );
}

const modelInput = z.object({
  OperationType: z.string(),
  GroupNames: setSchema.default([]),
  UserIds: setSchema.default([]),
});

const ID = "snap-0a1b2c3d4e5f60718";
const target = targetOf("AWS::EC2::Snapshot", ID);
const snapshot = (Tags: readonly { Key: string; Value: string }[] = []) => ({
  Snapshots: [
    { SnapshotId: ID, OwnerId: ACCOUNT, State: "completed", VolumeId: "vol-0a1b2c3d", Encrypted: false, Tags },
  ],
});
const sharedWith = (...CreateVolumePermissions: { Group?: string; UserId?: string }[]) => ({
  DescribeSnapshots: snapshot(),
  DescribeSnapshotAttribute: { SnapshotId: ID, CreateVolumePermissions },
});
const call = (OperationType: string, list: Readonly<Record<string, readonly string[]>>) => ({
  service: "ec2" as const,
  operation: "ModifySnapshotAttribute",
  input: { SnapshotId: ID, Attribute, OperationType, ...list },
});

export const unshareSnapshot = defineRemediation({
  id: "ec2.unshare-snapshot",
  title: "Stop sharing a disk snapshot with everyone",
  description:
    "Takes everyone off the list of those who may make a volume of the snapshot, and the accounts that the finding names. Other accounts that it is shared with stay on the list.",
  controls: { fsbp: ["EC2.1"] },
  risk: "medium",
  resources: snapshots,
  permissions: {
    read: ["ec2:DescribeSnapshots", "ec2:DescribeSnapshotAttribute"],
    write: ["ec2:ModifySnapshotAttribute"],
  },
  read: (aws, of) =>
    readShared(aws, of, {
      name: nameOf(of),
      gone: GONE,
      described: { operation: "DescribeSnapshots", input: { SnapshotIds: [of.resource.id] }, answer: snapshotsSchema },
      permissions: {
        operation: "DescribeSnapshotAttribute",
        input: { SnapshotId: of.resource.id, Attribute },
        answer: permissionsSchema,
      },
    }),
  ...unsharing({
    nameOf,
    modify,
    blast: (name) =>
      `Nobody of them can make volumes of ${name} any more; copies and volumes that they made stay theirs.`,
  }),
  model: {
    simulate: (state, { input }) => {
      const { OperationType, GroupNames, UserIds } = modelInput.parse(input);
      return simulateSharing(state, { names: [...GroupNames, ...UserIds], isRemoved: OperationType === "remove" });
    },
  },
  references: [
    "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html",
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html",
  ],
  cases: [
    hit("with everyone; an account that nobody names stays", {
      target,
      answers: {
        ...sharedWith({ UserId: OTHER_ACCOUNT }, { Group: "all" }),
        DescribeSnapshots: snapshot([{ Key: "env", Value: "production" }]),
      },
      expect: {
        tags: { env: "production" },
        calls: [call("remove", { GroupNames: ["all"] })],
        diff: [{ path: "/sharedWith", before: ["all"], after: [] }],
        undo: [call("add", { GroupNames: ["all"] })],
      },
    }),
    hit("with everyone and an account that the finding names", {
      target: { ...target, evidence: { everyone: true, others: [OTHER_ACCOUNT, "999988887777"] } },
      answers: sharedWith({ Group: "all" }, { UserId: OTHER_ACCOUNT }, { UserId: "123456789012" }),
      expect: {
        calls: [call("remove", { GroupNames: ["all"] }), call("remove", { UserIds: [OTHER_ACCOUNT] })],
        undo: [call("add", { GroupNames: ["all"] }), call("add", { UserIds: [OTHER_ACCOUNT] })],
      },
    }),
    hit("with an account that the finding may be about, since it was seen more than once", {
      target: { ...target, occurrences: 3 },
      answers: sharedWith({ UserId: OTHER_ACCOUNT }),
      expect: { calls: [call("remove", { UserIds: [OTHER_ACCOUNT] })] },
    }),
    nothing("with nobody", { target, answers: sharedWith() }),
    nothing("with an account that the finding does not name", {
      target: { ...target, evidence: { everyone: true, others: [] } },
      answers: sharedWith({ UserId: OTHER_ACCOUNT }),
    }),
    malformed("the snapshot is gone", {
      target,
      answers: { DescribeSnapshots: failure("InvalidSnapshot.NotFound") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("the snapshot is another account's, shared with everyone", {
      target,
      answers: { DescribeSnapshots: { Snapshots: [{ SnapshotId: ID, OwnerId: OTHER_ACCOUNT }] } },
      expect: { code: "remediation.unsupported", message: /another account/ },
    }),
    malformed("a volume", {
      target: targetOf("AWS::EC2::Snapshot", "vol-0a1b2c3d"),
      expect: { code: "remediation.target-invalid", message: /expected the id of a snapshot/ },
    }),
  ],
});
