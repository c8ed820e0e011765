import { keyOf, PORT_MAX, type Rule, sortedRules } from "./group-rule.ts";

/** SSH and RDP, in order. */
const ADMIN_PORTS = [22, 3389];

/** Whether the rule lets SSH or RDP in, alone or among others. */
export function exposesAdmin({ protocol, from, to }: Rule): boolean {
  if (protocol === "-1") return true;
  return protocol === "tcp" && ADMIN_PORTS.some((port) => (from ?? 0) <= port && port <= (to ?? PORT_MAX));
}

/**
 * What is left of `rules` without the two ports, each once, in order. What is left of a rule for all traffic is all of
 * TCP but the two, all of UDP, and ICMP: EC2 has no rule for "all but".
 */
export function cutOut(rules: readonly Rule[]): readonly Rule[] {
  const pieces = rules.flatMap((rule) => (rule.protocol === "-1" ? ofAllTraffic(rule) : ofRange(rule)));
  return sortedRules(pieces.filter((piece, at) => pieces.findIndex((first) => keyOf(first) === keyOf(piece)) === at));
}

function ofAllTraffic(rule: Rule): readonly Rule[] {
  const ping = rule.cidr.includes(":") ? "icmpv6" : "icmp";
  return [
    ...ofRange({ ...rule, protocol: "tcp", from: 0, to: PORT_MAX }),
    { ...rule, protocol: "udp", from: 0, to: PORT_MAX },
    { ...rule, protocol: ping, from: -1, to: -1 },
  ];
}

function ofRange(rule: Rule): readonly Rule[] {
  const pieces: Rule[] = [];
  let from = rule.from ?? 0;
  const to = rule.to ?? PORT_MAX;
  for (const port of ADMIN_PORTS.filter((each) => from <= each && each <= to)) {
    if (from < port) pieces.push({ ...rule, from, to: port - 1 });
    from = port + 1;
  }
  return from <= to ? [...pieces, { ...rule, from, to }] : pieces;
}
