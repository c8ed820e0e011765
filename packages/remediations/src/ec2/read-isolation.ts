import type { AwsCall } from "@ephor/domain/aws-call";
import type { Read, RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, unsupported } from "../ask.ts";
import { sortedSet } from "../values.ts";
import { sortedRules } from "./group-rule.ts";
import { type Isolation, type Network, quarantineName, TAG } from "./isolation.ts";
import { listAll } from "./list-all.ts";
import { groupRules, type ListedRule } from "./read-group-rules.ts";
import { readInstance } from "./read-instance.ts";

const instanceSchema = z.object({
  RootDeviceName: z.string().optional(),
  BlockDeviceMappings: z
    .array(z.object({ DeviceName: z.string(), Ebs: z.object({ VolumeId: z.string() }).optional() }))
    .default([]),
  NetworkInterfaces: z
    .array(
      z.object({
        NetworkInterfaceId: z.string(),
        VpcId: z.string(),
        Groups: z.array(z.object({ GroupId: z.string() })),
      }),
    )
    .default([]),
});
type Instance = z.infer<typeof instanceSchema>;

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);

/** The instance, what was kept of it, and the quarantine groups that stand. */
export async function readIsolation(aws: AwsCall, target: RemediationTarget): Promise<Asked<Read<Isolation>>> {
  const read = await readInstance(aws, { target, more: instanceSchema });
  if (!read.ok) return read;
  const { instance, tags } = read.value;
  const interfaces = instance.NetworkInterfaces.map(({ NetworkInterfaceId: id, VpcId: vpc, Groups }) => ({
    ...{ id, vpc, groups: sortedSet(Groups.map(({ GroupId }) => GroupId)) },
  })).sort(byId);
  const volumes = await readVolumes(aws, { target, instance });
  if (!volumes.ok) return volumes;
  const networks = await readNetworks(aws, { target, vpcs: sortedSet(interfaces.map(({ vpc }) => vpc)) });
  if (!networks.ok) return networks;
  return ok({ state: { volumes: volumes.value, networks: networks.value, interfaces }, tags });
}

const snapshotsSchema = z.object({
  Snapshots: z.array(z.object({ SnapshotId: z.string(), VolumeId: z.string(), State: z.string() })),
});

async function readVolumes(
  aws: AwsCall,
  { target, instance }: { target: RemediationTarget; instance: Instance },
): Promise<Asked<Isolation["volumes"]>> {
  const input = { OwnerIds: ["self"], Filters: [{ Name: `tag:${TAG}`, Values: [quarantineName(target)] }] };
  const pages = await listAll(aws, { operation: "DescribeSnapshots", input, page: snapshotsSchema });
  if (!pages.ok) return pages;
  const kept = pages.value
    .flatMap(({ Snapshots }) => Snapshots)
    .filter(({ State }) => State !== "error")
    .map(({ SnapshotId: id, VolumeId }) => ({ id, VolumeId }))
    .sort(byId);
  const volumes = instance.BlockDeviceMappings.flatMap(({ DeviceName, Ebs }) => {
    if (Ebs === undefined) return [];
    const snapshot = kept.find(({ VolumeId }) => VolumeId === Ebs.VolumeId)?.id ?? null;
    return [{ id: Ebs.VolumeId, isRoot: DeviceName === instance.RootDeviceName, snapshot }];
  });
  return ok(volumes.sort(byId));
}

const vpcsSchema = z.object({
  Vpcs: z.array(
    z.object({
      VpcId: z.string(),
      Ipv6CidrBlockAssociationSet: z
        .array(z.object({ Ipv6CidrBlockState: z.object({ State: z.string() }) }))
        .default([]),
    }),
  ),
});
const groupsSchema = z.object({ SecurityGroups: z.array(z.object({ GroupId: z.string(), VpcId: z.string() })) });

type Vpcs = { readonly target: RemediationTarget; readonly vpcs: readonly string[] };

async function readNetworks(aws: AwsCall, { target, vpcs }: Vpcs): Promise<Asked<Isolation["networks"]>> {
  if (vpcs.length === 0) return ok([]);
  const inVpcs = { Name: "vpc-id", Values: vpcs };
  const described = await listAll(aws, { operation: "DescribeVpcs", input: { Filters: [inVpcs] }, page: vpcsSchema });
  if (!described.ok) return described;
  const named = { Filters: [{ Name: "group-name", Values: [quarantineName(target)] }, inVpcs] };
  const found = await listAll(aws, { operation: "DescribeSecurityGroups", input: named, page: groupsSchema });
  if (!found.ok) return found;
  const groups = found.value.flatMap(({ SecurityGroups }) => SecurityGroups);
  const networks: Network[] = [];
  for (const vpc of vpcs) {
    const associations = described.value
      .flatMap(({ Vpcs }) => Vpcs)
      .find(({ VpcId }) => VpcId === vpc)?.Ipv6CidrBlockAssociationSet;
    const id = groups.find(({ VpcId }) => VpcId === vpc)?.GroupId;
    const group = id === undefined ? ok(null) : await readGroup(aws, id);
    if (!group.ok) return group;
    const hasIpv6 = associations?.some(({ Ipv6CidrBlockState: { State } }) => State === "associated") ?? false;
    networks.push({ vpc, hasIpv6, group: group.value });
  }
  return ok(networks);
}

/** A quarantine group whose rules name other groups was not left by us, and is not ours to read. */
async function readGroup(aws: AwsCall, id: string): Promise<Asked<Network["group"]>> {
  const rules = await groupRules(aws, id);
  if (!rules.ok) return rules;
  const of = (wanted: ListedRule["direction"]) =>
    sortedRules(rules.value.flatMap(({ direction, rule }) => (direction === wanted && rule !== null ? [rule] : [])));
  if (rules.value.some(({ rule }) => rule === null)) {
    return unsupported(`security group ${id} has the name of a quarantine group and rules that name other groups`);
  }
  return ok({ id, ingress: of("Ingress"), egress: of("Egress") });
}
