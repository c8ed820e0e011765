import type { Json, JsonObject } from "@ephor/domain/json";
import type { Event } from "@ephor/events/envelope";
import { requestParameters } from "@ephor/events/sources/cloudtrail-read";
import { numberAt, textAt } from "@ephor/events/sources/read";
import { membersAt } from "../call.ts";

/** One network that a security group now lets in, and to what. `ports` reads "port 22", "ports 20-25" or "all ports". */
export type OpenRule = { readonly cidr: string; readonly ports: string; readonly protocol: string };

/**
 * The shortest prefixes that are still somebody's network: an IPv4 block wider than /8 and an IPv6 block as wide as
 * 2000::/3, all of the global addresses, are the internet, cut in halves or not.
 */
const V4_BITS_MIN = 8;
const V6_BITS_MIN = 4;
/** Echo and its kin: reachable is not open. By name and by IANA number. */
const PING = new Set(["icmp", "icmpv6", "1", "58"]);

function isWorld(cidr: string): boolean {
  const bits = /\/(\d{1,3})$/.exec(cidr)?.[1];
  if (bits === undefined) return false;
  return Number(bits) < (cidr.includes(":") ? V6_BITS_MIN : V4_BITS_MIN);
}

function portsOf(from: number | undefined, to: number | undefined): string {
  if (from === undefined || from < 0 || (from === 0 && to === 65535)) return "all ports";
  return to === undefined || to === from ? `port ${from}` : `ports ${from}-${to}`;
}

type Names = {
  readonly protocol: string;
  readonly from: string;
  readonly to: string;
  /** Where a rule names networks: each a text, or a list of members that hold one. */
  readonly cidrs: readonly (readonly [list: string, member: string])[];
};
/** EC2 writes one rule in three ways: as a permission, flat in the request, and as the API's own names. */
const PERMISSION: Names = {
  protocol: "ipProtocol",
  from: "fromPort",
  to: "toPort",
  cidrs: [
    ["ipRanges", "cidrIp"],
    ["ipv6Ranges", "cidrIpv6"],
    ["", "cidrIp"],
    ["", "cidrIpv6"],
  ],
};
const MODIFIED: Names = {
  protocol: "IpProtocol",
  from: "FromPort",
  to: "ToPort",
  cidrs: [
    ["", "CidrIpv4"],
    ["", "CidrIpv6"],
  ],
};

function openIn(rule: Json, names: Names): readonly OpenRule[] {
  const protocol = textAt(rule, names.protocol) ?? String(numberAt(rule, names.protocol) ?? "-1");
  if (PING.has(protocol)) return [];
  const cidrs = names.cidrs.flatMap(([list, member]) =>
    (list === "" ? [rule] : membersAt(rule, list)).flatMap((holder) => textAt(holder, member) ?? []),
  );
  const ports = protocol === "-1" ? "all ports" : portsOf(numberAt(rule, names.from), numberAt(rule, names.to));
  return cidrs.filter(isWorld).map((cidr) => ({ cidr, ports, protocol }));
}

/** What the call opened to the world; of AuthorizeSecurityGroupIngress and ModifySecurityGroupRules. */
export function openRules(event: Event): readonly OpenRule[] {
  const request: JsonObject = requestParameters(event);
  const modified = membersAt(request, "ModifySecurityGroupRulesRequest.SecurityGroupRule").flatMap((member) =>
    membersAt(member, "SecurityGroupRule"),
  );
  return [
    ...[request, ...membersAt(request, "ipPermissions")].flatMap((rule) => openIn(rule, PERMISSION)),
    ...modified.flatMap((rule) => openIn(rule, MODIFIED)),
  ];
}
