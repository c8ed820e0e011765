import type { PlannedCall, RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { ask, resourceGone, unsupported } from "../ask.ts";
import { ACCOUNT, failure, hit, malformed, nothing, OTHER_ACCOUNT, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import {
  EVERYONE,
  inWords,
  missingFrom,
  offending,
  sharedByEvidence,
  sharedStateSchema,
  simulateSharing,
} from "../sharing.ts";
import { callOf, setSchema, tagsSchema } from "../values.ts";
import { snapshots } from "./ids.ts";

const GONE = ["InvalidSnapshot.NotFound"];
const Attribute = "createVolumePermission";

const snapshotsSchema = z.object({ Snapshots: z.array(z.object({ OwnerId: z.string(), Tags: tagsSchema })) });
const permissionsSchema = z.object({
  CreateVolumePermissions: z
    .array(z.object({ Group: z.string().optional(), UserId: z.string().optional() }))
    .max(10_000)
    .optional(),
});

/** One call for everyone and one for accounts: EC2 documents them in separate lists. */
function modify(
  names: readonly string[],
  { target, operation }: { target: RemediationTarget; operation: "add" | "remove" },
) {
  const { id } = target.resource;
  const users = names.filter((name) => name !== EVERYONE);
  const lists = [
    ...(names.includes(EVERYONE) ? [{ names: [EVERYONE], list: { GroupNames: [EVERYONE] } }] : []),
    ...(users.length === 0 ? [] : [{ names: users, list: { UserIds: users } }]),
  ];
  return lists.map(
    ({ names: some, list }): PlannedCall =>
      callOf("ec2", "ModifySnapshotAttribute", { SnapshotId: id, Attribute, OperationType: operation, ...list }).says(
        operation === "remove"
          ? `Stop sharing snapshot ${id} with ${inWords(some)}`
          : `Share snapshot ${id} with ${inWords(some)} again`,
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
  state: sharedStateSchema,
  read: async (aws, of) => {
    const { id } = of.resource;
    const described = await ask(
      aws,
      { service: "ec2", operation: "DescribeSnapshots", input: { SnapshotIds: [id] } },
      { answer: snapshotsSchema, gone: GONE },
    );
    if (!described.ok) return described;
    const found = described.value.Snapshots[0];
    if (found === undefined) return resourceGone(`snapshot ${id} is not there any more`);
    if (found.OwnerId !== of.account)
      return unsupported(`snapshot ${id} belongs to another account than ${of.account}`);
    const permissions = await ask(
      aws,
      { service: "ec2", operation: "DescribeSnapshotAttribute", input: { SnapshotId: id, Attribute } },
      { answer: permissionsSchema, gone: GONE },
    );
    if (!permissions.ok) return permissions;
    const shared = (permissions.value.CreateVolumePermissions ?? []).flatMap(
      ({ Group, UserId }) => Group ?? UserId ?? [],
    );
    return ok({ state: offending(shared, of), tags: found.Tags });
  },
  fromEvidence: sharedByEvidence,
  change: (state, of) => ({
    calls: modify(state.sharedWith, { target: of, operation: "remove" }),
    after: { sharedWith: [] },
    blast:
      state.sharedWith.length === 0
        ? `Nothing: snapshot ${of.resource.id} is not shared that way.`
        : `Nobody of them can make volumes of snapshot ${of.resource.id} any more; copies and volumes that they made stay theirs.`,
  }),
  undo: ({ before, current, target: of }) => modify(missingFrom({ before, current }), { target: of, operation: "add" }),
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
