import type { Json, JsonObject } from "@ephor/domain/json";
import type { PlannedCall, RemediationTarget } from "@ephor/domain/remediation";
import { callOf } from "../values.ts";
import { authorize, revoke, without } from "./group-rule.ts";
import {
  firstEgress,
  type Isolation,
  type Network,
  newGroupIn,
  newSnapshotOf,
  quarantineName,
  TAG,
} from "./isolation.ts";

const from = (call: number): JsonObject => ({ $from: { call, path: "/GroupId" } });
const tagged = (ResourceType: string, tags: Readonly<Record<string, string>>): JsonObject => ({
  TagSpecifications: [{ ResourceType, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }],
});

/** One call for all volumes at once, so that the snapshots show them at one moment; not for those that have one. */
function snapshotCalls({ volumes }: Isolation, target: RemediationTarget): PlannedCall[] {
  const missing = volumes.filter(({ snapshot }) => snapshot === null);
  if (missing.length === 0) return [];
  const { id } = target.resource;
  const kept = volumes.filter(({ snapshot }) => snapshot !== null);
  const data = kept.filter(({ isRoot }) => !isRoot).map((volume) => volume.id);
  const input = {
    InstanceSpecification: {
      InstanceId: id,
      ...(kept.some(({ isRoot }) => isRoot) ? { ExcludeBootVolume: true } : {}),
      ...(data.length === 0 ? {} : { ExcludeDataVolumeIds: data }),
    },
    Description: `Evidence of instance ${id}, isolated by Ephor`,
    ...tagged("snapshot", { "ephor:evidence-of": id, [TAG]: quarantineName(target) }),
  };
  const disks = missing.length === 1 ? "its volume" : `${missing.length} of its volumes`;
  return [callOf("ec2", "CreateSnapshots", input).says(`Keep ${disks} as evidence: snapshots of instance ${id}`)];
}

/** The calls that leave a network with an empty quarantine group, and how later calls name that group. */
function groupCalls(
  network: Network,
  of: { target: RemediationTarget; at: number },
): { calls: PlannedCall[]; group: Json } {
  const { vpc, hasIpv6 } = network;
  const { target, at } = of;
  const GroupName = quarantineName(target);
  const group: Json = network.group?.id ?? from(at);
  const on = { group, name: `the quarantine group in ${vpc}` };
  const make = {
    ...{ GroupName, Description: `Ephor: instance ${target.resource.id} is isolated`, VpcId: vpc },
    ...tagged("security-group", { [TAG]: GroupName }),
  };
  const create =
    network.group === null
      ? [callOf("ec2", "CreateSecurityGroup", make).says(`Create an empty security group for quarantine in ${vpc}`)]
      : [];
  const ingress = network.group?.ingress ?? [];
  const egress = network.group?.egress ?? firstEgress(hasIpv6);
  const strip = [
    ...ingress.map((rule) => revoke(rule, { ...on, direction: "Ingress" as const })),
    ...egress.map((rule) => revoke(rule, { ...on, direction: "Egress" as const })),
  ];
  return { calls: [...create, ...strip], group };
}

const join = ({ id }: { id: string }, groups: readonly Json[], says: string): PlannedCall =>
  callOf("ec2", "ModifyNetworkInterfaceAttribute", { NetworkInterfaceId: id, Groups: groups }).says(says);

const isAlone = (groups: readonly string[], group: string | undefined): boolean =>
  groups.length === 1 && groups[0] === group;

/** From what stands to: every volume kept, every interface in an empty group and in no other. */
export function isolationCalls(state: Isolation, target: RemediationTarget): PlannedCall[] {
  const calls = snapshotCalls(state, target);
  const groups = new Map<string, Json>();
  for (const network of state.networks) {
    const made = groupCalls(network, { target, at: calls.length });
    calls.push(...made.calls);
    groups.set(network.vpc, made.group);
  }
  const outside = state.interfaces.filter(({ vpc, groups: now }) => !isAlone(now, groupIn(state, vpc)));
  const moves = outside.map((each) =>
    join(each, [groups.get(each.vpc) ?? null], `Leave interface ${each.id} in the quarantine group alone`),
  );
  return [...calls, ...moves];
}

const groupIn = ({ networks }: Isolation, vpc: string): string | undefined =>
  networks.find((network) => network.vpc === vpc)?.group?.id;

/** The state once all that is done; ids that AWS will make are told in words. */
export function isolated(state: Isolation): Isolation {
  return {
    volumes: state.volumes.map((volume) => ({ ...volume, snapshot: volume.snapshot ?? newSnapshotOf(volume.id) })),
    networks: state.networks.map((network) => ({
      ...network,
      group: { id: network.group?.id ?? newGroupIn(network.vpc), ingress: [], egress: [] },
    })),
    interfaces: state.interfaces.map((each) => ({
      ...each,
      groups: [groupIn(state, each.vpc) ?? newGroupIn(each.vpc)],
    })),
  };
}

type Undo = { readonly before: Isolation; readonly current: Isolation; readonly target: RemediationTarget };

/** The former groups first, then the quarantine groups away; the snapshots stay, without the tag that finds them. */
export function releaseCalls({ before, current, target }: Undo): PlannedCall[] {
  const moves = before.interfaces.flatMap((each) => {
    const now = current.interfaces.find(({ id }) => id === each.id);
    if (now === undefined || String(now.groups) === String(each.groups)) return [];
    return [join(each, each.groups, `Put interface ${each.id} into its former security groups again`)];
  });
  const groups = before.networks.flatMap((network) => {
    const now = current.networks.find(({ vpc }) => vpc === network.vpc)?.group;
    return now === undefined || now === null ? [] : groupBack(network, now);
  });
  return [...moves, ...groups, ...untagged({ before, current, target })];
}

function groupBack({ vpc, group }: Network, now: NonNullable<Network["group"]>): PlannedCall[] {
  if (group === null) {
    return [callOf("ec2", "DeleteSecurityGroup", { GroupId: now.id }).says(`Delete the quarantine group in ${vpc}`)];
  }
  const on = { group: now.id, name: `the quarantine group in ${vpc}` };
  return [
    ...without(group.ingress, now.ingress).map((rule) => authorize(rule, { ...on, direction: "Ingress" })),
    ...without(group.egress, now.egress).map((rule) => authorize(rule, { ...on, direction: "Egress" })),
  ];
}

function untagged({ before, current, target }: Undo): PlannedCall[] {
  const fresh = new Set(before.volumes.flatMap(({ id, snapshot }) => (snapshot === null ? [id] : [])));
  const Resources = current.volumes.flatMap(({ id, snapshot }) =>
    snapshot !== null && fresh.has(id) ? [snapshot] : [],
  );
  if (Resources.length === 0) return [];
  const input = { Resources, Tags: [{ Key: TAG, Value: quarantineName(target) }] };
  return [
    callOf("ec2", "DeleteTags", input).says(
      `Keep the snapshots of instance ${target.resource.id}, without the mark of its quarantine`,
    ),
  ];
}
