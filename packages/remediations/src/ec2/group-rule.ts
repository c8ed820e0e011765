import type { Json, JsonObject } from "@ephor/domain/json";
import type { PlannedCall } from "@ephor/domain/remediation";
import { z } from "zod";
import { quoted } from "../quoted.ts";
import { callOf, sortedSet, tagsSchema } from "../values.ts";

/** One rule of a security group for one block of addresses: what AWS tells rules of a group apart by, and what undo needs. */
export const ruleSchema = z.strictObject({
  /** `tcp`, `udp`, `icmp`, `icmpv6`, another's number, or `-1` for all. */
  protocol: z.string(),
  /** First and last port, or type and code of ICMP; null where the protocol has none. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  cidr: z.string(),
  description: z.string().nullable(),
  tags: z.record(z.string(), z.string()),
});
export type Rule = z.infer<typeof ruleSchema>;
export const rulesStateSchema = z.strictObject({ rules: z.array(ruleSchema) });
export type RulesState = z.infer<typeof rulesStateSchema>;

const BY_NUMBER: Readonly<Record<string, string>> = { "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", all: "-1" };
const WITH_PORTS = ["tcp", "udp"];
const PING = ["icmp", "icmpv6"];
export const PORT_MAX = 65_535;

export const protocolOf = (text: string): string => BY_NUMBER[text.toLowerCase()] ?? text.toLowerCase();
export const isPing = ({ protocol }: Pick<Rule, "protocol">): boolean => PING.includes(protocol);

/** The rule with its numbers as one form: none for protocols without ports, all of them where AWS leaves them out. */
export function ruleOf(of: Omit<Rule, "from" | "to"> & { from: number | undefined; to: number | undefined }): Rule {
  const { from, to, description, cidr, tags } = of;
  const protocol = protocolOf(of.protocol);
  const numbers = () => {
    if (PING.includes(protocol)) return { from: from ?? -1, to: to ?? -1 };
    if (!WITH_PORTS.includes(protocol)) return { from: null, to: null };
    return from === undefined || from < 0 ? { from: 0, to: PORT_MAX } : { from, to: to ?? from };
  };
  return { protocol, ...numbers(), cidr, description, tags };
}

/** What AWS tells rules of one group apart by. */
export const keyOf = ({ protocol, from, to, cidr }: Rule): string => `${protocol} ${from} ${to} ${cidr}`;
export const sortedRules = (rules: Iterable<Rule>): Rule[] =>
  [...rules].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
/** Those of `rules` that `others` do not hold. */
export function without(rules: readonly Rule[], others: readonly Rule[]): Rule[] {
  const keys = new Set(others.map(keyOf));
  return rules.filter((rule) => !keys.has(keyOf(rule)));
}

/** "port 22", "ports 20-25" or "all ports", in the words of the detection's evidence. */
export function portsIn({ from, to }: Pick<Rule, "from" | "to">): string {
  if (from === null || from < 0 || (from === 0 && to === PORT_MAX)) return "all ports";
  return to === null || to === from ? `port ${from}` : `ports ${from}-${to}`;
}

/** "tcp port 22", "all traffic", "icmp". */
export function trafficIn(rule: Rule): string {
  if (rule.protocol === "-1") return "all traffic";
  if (WITH_PORTS.includes(rule.protocol)) return `${rule.protocol} ${portsIn(rule)}`;
  return isPing(rule) ? rule.protocol : `protocol ${quoted(rule.protocol)}`;
}

function permission({ protocol, from, to, cidr }: Rule, described: JsonObject): JsonObject {
  const range = cidr.includes(":") ? { Ipv6Ranges: [{ CidrIpv6: cidr, ...described }] } : {};
  const ports = from === null || to === null ? {} : { FromPort: from, ToPort: to };
  return {
    IpProtocol: protocol,
    ...ports,
    ...(cidr.includes(":") ? range : { IpRanges: [{ CidrIp: cidr, ...described }] }),
  };
}

export type Direction = "Ingress" | "Egress";
type On = { readonly group: Json; readonly name: string; readonly direction?: Direction };

export function revoke(rule: Rule, { group, name, direction = "Ingress" }: On): PlannedCall {
  const input = { GroupId: group, IpPermissions: [permission(rule, {})] };
  const way = direction === "Ingress" ? "from" : "to";
  return callOf("ec2", `RevokeSecurityGroup${direction}`, input).says(
    `Revoke ${trafficIn(rule)} ${way} ${rule.cidr} on ${name}`,
  );
}

/** The rule with its description; tags that AWS itself sets cannot be set by others. */
export function authorize(rule: Rule, { group, name, direction = "Ingress" }: On): PlannedCall {
  const described = rule.description === null ? {} : { Description: rule.description };
  const tags = sortedSet(Object.keys(rule.tags)).flatMap((Key) =>
    Key.startsWith("aws:") ? [] : [{ Key, Value: rule.tags[Key] ?? "" }],
  );
  const tagged = tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType: "security-group-rule", Tags: tags }] };
  const input = { GroupId: group, IpPermissions: [permission(rule, described)], ...tagged };
  const way = direction === "Ingress" ? "from" : "to";
  return callOf("ec2", `AuthorizeSecurityGroup${direction}`, input).says(
    `Allow ${trafficIn(rule)} ${way} ${rule.cidr} on ${name}`,
  );
}

const rangeSchema = z.object({
  CidrIp: z.string().optional(),
  CidrIpv6: z.string().optional(),
  Description: z.string().optional(),
});
const inputSchema = z.object({
  IpPermissions: z.array(
    z.object({
      IpProtocol: z.string(),
      FromPort: z.number().optional(),
      ToPort: z.number().optional(),
      IpRanges: z.array(rangeSchema).default([]),
      Ipv6Ranges: z.array(rangeSchema).default([]),
    }),
  ),
  TagSpecifications: z.array(z.object({ Tags: tagsSchema })).default([]),
});

/** The rules that a call of `revoke` or `authorize` names: what the model takes away or puts in. */
export function rulesInCall({ input }: Pick<PlannedCall, "input">): readonly Rule[] {
  const { IpPermissions, TagSpecifications } = inputSchema.parse(input);
  const tags = TagSpecifications[0]?.Tags ?? {};
  return IpPermissions.flatMap(({ IpProtocol: protocol, FromPort: from, ToPort: to, IpRanges, Ipv6Ranges }) =>
    [...IpRanges, ...Ipv6Ranges].map(({ CidrIp, CidrIpv6, Description }) =>
      ruleOf({ protocol, from, to, cidr: CidrIp ?? CidrIpv6 ?? "", description: Description ?? null, tags }),
    ),
  );
}

/** What AWS does to a group's rules. */
export function simulateRules(rules: readonly Rule[], call: Pick<PlannedCall, "operation" | "input">): Rule[] {
  const named = rulesInCall(call);
  return sortedRules(
    call.operation.startsWith("Revoke") ? without(rules, named) : [...rules, ...without(named, rules)],
  );
}
