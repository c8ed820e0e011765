import { digestOf } from "@ephor/domain/ids";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { z } from "zod";
import { setSchema } from "../values.ts";
import { type Rule, ruleOf, ruleSchema } from "./group-rule.ts";

const groupSchema = z.strictObject({ id: z.string(), ingress: z.array(ruleSchema), egress: z.array(ruleSchema) });

/** An instance as far as isolating it goes; all lists in the order of their ids. */
export const isolationSchema = z.strictObject({
  /** Its volumes, each with the snapshot that was made of it for this isolation. */
  volumes: z.array(z.strictObject({ id: z.string(), isRoot: z.boolean(), snapshot: z.string().nullable() })),
  /** The networks that it is in, each with the quarantine group there. */
  networks: z.array(z.strictObject({ vpc: z.string(), hasIpv6: z.boolean(), group: groupSchema.nullable() })),
  interfaces: z.array(z.strictObject({ id: z.string(), vpc: z.string(), groups: setSchema })),
});
export type Isolation = z.infer<typeof isolationSchema>;
export type Network = Isolation["networks"][number];

/** On the group and the snapshots of one isolation; taken off the snapshots, which stay, when it ends. */
export const TAG = "ephor:quarantine";

/** One name for one instance: the group is found again by it, and a second isolation finds the first. */
export const quarantineName = ({ account, region, resource }: RemediationTarget): string =>
  `ephor-quarantine-${digestOf([account, region, resource.id])}`;

/** What stands for the id of a group that a plan will make, until AWS has made it. */
export const newGroupIn = (vpc: string): string => `a new group in ${vpc}`;
/** What stands for the id of a snapshot that a plan will make. */
export const newSnapshotOf = (volume: string): string => `a new snapshot of ${volume}`;

/** What EC2 lets out of a group from the start: everything, by IPv6 too where the network has it. */
export function firstEgress(hasIpv6: boolean): Rule[] {
  const all = { protocol: "-1", from: undefined, to: undefined, description: null, tags: {} };
  return ["0.0.0.0/0", ...(hasIpv6 ? ["::/0"] : [])].map((cidr) => ruleOf({ ...all, cidr }));
}
