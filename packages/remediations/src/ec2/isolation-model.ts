import type { JsonObject } from "@ephor/domain/json";
import type { PlannedCall } from "@ephor/domain/remediation";
import { z } from "zod";
import { setSchema, sortedSet } from "../values.ts";
import { simulateRules } from "./group-rule.ts";
import { firstEgress, type Isolation, newGroupIn, newSnapshotOf } from "./isolation.ts";

const text = z.string();
const specificationSchema = z.object({
  ExcludeBootVolume: z.boolean().default(false),
  ExcludeDataVolumeIds: setSchema.default([]),
});

/** What EC2 does to an instance that is being isolated or released. */
export function simulateIsolation(state: Isolation, call: PlannedCall): Isolation {
  const { operation, input } = call;
  switch (operation) {
    case "CreateSnapshots": {
      const { ExcludeBootVolume: boot, ExcludeDataVolumeIds: data } = specificationSchema.parse(
        input["InstanceSpecification"],
      );
      const isLeftOut = ({ id, isRoot }: Isolation["volumes"][number]) => (isRoot ? boot : data.includes(id));
      const volumes = state.volumes.map((each) =>
        isLeftOut(each) ? each : { ...each, snapshot: newSnapshotOf(each.id) },
      );
      return { ...state, volumes };
    }
    case "CreateSecurityGroup": {
      const networks = state.networks.map((each) => {
        if (each.vpc !== input["VpcId"]) return each;
        return { ...each, group: { id: newGroupIn(each.vpc), ingress: [], egress: firstEgress(each.hasIpv6) } };
      });
      return { ...state, networks };
    }
    case "DeleteSecurityGroup": {
      const networks = state.networks.map((each) =>
        each.group?.id === input["GroupId"] ? { ...each, group: null } : each,
      );
      return { ...state, networks };
    }
    case "ModifyNetworkInterfaceAttribute": {
      const groups = sortedSet(setSchema.parse(input["Groups"]));
      const interfaces = state.interfaces.map((each) =>
        each.id === input["NetworkInterfaceId"] ? { ...each, groups } : each,
      );
      return { ...state, interfaces };
    }
    case "DeleteTags": {
      const bare = setSchema.parse(input["Resources"]);
      const volumes = state.volumes.map((each) =>
        bare.includes(each.snapshot ?? "") ? { ...each, snapshot: null } : each,
      );
      return { ...state, volumes };
    }
    default:
      return { ...state, networks: state.networks.map((each) => withRules(each, call)) };
  }
}

function withRules(network: Isolation["networks"][number], call: PlannedCall): Isolation["networks"][number] {
  const { group } = network;
  if (group === null || group.id !== call.input["GroupId"]) return network;
  const direction = call.operation.endsWith("Ingress") ? "ingress" : "egress";
  return { ...network, group: { ...group, [direction]: simulateRules(group[direction], call) } };
}

export const answerToIsolation = (_: Isolation, { operation, input }: PlannedCall): JsonObject =>
  operation === "CreateSecurityGroup" ? { GroupId: newGroupIn(text.parse(input["VpcId"])) } : {};
