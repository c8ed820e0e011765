import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { cutOut, exposesAdmin } from "./cut-out-admin-ports.ts";
import { aGroup, aRule, GROUP, onGroup } from "./group-cases.ts";
import { authorize, type Rule, revoke, rulesStateSchema, simulateRules, sortedRules, without } from "./group-rule.ts";
import { securityGroups } from "./ids.ts";
import { openedRules } from "./open-rules-evidence.ts";
import { groupTags, worldIngress } from "./read-group-rules.ts";

const on = ({ resource }: RemediationTarget) => ({ group: resource.id, name: `security group ${resource.id}` });

/** The rules without the two ports, and which of them are new. */
function closed(rules: readonly Rule[]): { readonly wide: readonly Rule[]; readonly pieces: readonly Rule[] } {
  const wide = rules.filter(exposesAdmin);
  return { wide, pieces: without(cutOut(wide), rules) };
}

const range = (from: number, to: number, cidr = "0.0.0.0/0") => aRule({ FromPort: from, ToPort: to, CidrIpv4: cidr });
const permission = (operation: "Revoke" | "Authorize", one: Readonly<Record<string, number | string>>, v6 = false) => ({
  service: "ec2" as const,
  operation: `${operation}SecurityGroupIngress`,
  input: {
    GroupId: GROUP,
    IpPermissions: [
      {
        IpProtocol: "tcp",
        ...one,
        ...(v6 ? { Ipv6Ranges: [{ CidrIpv6: "::/0" }] } : { IpRanges: [{ CidrIp: "0.0.0.0/0" }] }),
      },
    ],
  },
});
const ports = (FromPort: number, ToPort: number) => ({ FromPort, ToPort });

export const closeAdminPorts = defineRemediation({
  id: "ec2.close-admin-ports",
  title: "Close ports 22 and 3389 of a security group to the internet",
  description:
    "Cuts SSH and RDP out of every inbound rule that is open to the internet: the rest of a wider range is let in by rules of its own before the wide one is revoked. A rule for all traffic becomes all of TCP but the two ports, all of UDP, and ping.",
  controls: { fsbp: ["EC2.13", "EC2.14", "EC2.53", "EC2.54"], cis: ["5.2", "5.3"] },
  risk: "medium",
  resources: securityGroups,
  permissions: {
    read: ["ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"],
    write: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", "ec2:CreateTags"],
  },
  state: rulesStateSchema,
  read: async (aws, target) => {
    const tags = await groupTags(aws, target);
    if (!tags.ok) return tags;
    const open = await worldIngress(aws, target.resource.id);
    return open.ok ? ok({ state: { rules: sortedRules(open.value) }, tags: tags.value }) : open;
  },
  fromEvidence: ({ evidence }) => {
    const opened = openedRules(evidence);
    return opened && { rules: sortedRules(opened) };
  },
  change: ({ rules }, target) => {
    const { wide, pieces } = closed(rules);
    const calls = [
      ...pieces.map((rule) => authorize(rule, on(target))),
      ...wide.map((rule) => revoke(rule, on(target))),
    ];
    return { calls, after: { rules: sortedRules([...without(rules, wide), ...pieces]) }, blast: blastOf(wide, target) };
  },
  undo: ({ before, current, target }) => {
    const made = closed(before.rules).pieces;
    const still = without(current.rules, without(current.rules, made));
    return [
      ...without(before.rules, current.rules).map((rule) => authorize(rule, on(target))),
      ...still.map((rule) => revoke(rule, on(target))),
    ];
  },
  model: { simulate: ({ rules }, call) => ({ rules: simulateRules(rules, call) }) },
  references: [
    "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html",
    "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
  ],
  cases: [
    hit("ssh alone", {
      target: onGroup(),
      answers: aGroup([range(22, 22), range(443, 443), range(22, 22, "203.0.113.0/24")]),
      expect: {
        calls: [permission("Revoke", ports(22, 22))],
        undo: [permission("Authorize", ports(22, 22))],
      },
    }),
    hit("a range around ssh: the rest stays open", {
      target: onGroup(),
      answers: aGroup([range(20, 25)]),
      expect: {
        calls: [
          permission("Authorize", ports(20, 21)),
          permission("Authorize", ports(23, 25)),
          permission("Revoke", ports(20, 25)),
        ],
        undo: [
          permission("Authorize", ports(20, 25)),
          permission("Revoke", ports(20, 21)),
          permission("Revoke", ports(23, 25)),
        ],
      },
    }),
    hit("a part of the rest has a rule already, which stays after undo", {
      target: onGroup(),
      answers: aGroup([range(20, 25), range(23, 25)]),
      expect: {
        calls: [permission("Authorize", ports(20, 21)), permission("Revoke", ports(20, 25))],
        undo: [permission("Authorize", ports(20, 25)), permission("Revoke", ports(20, 21))],
      },
    }),
    hit("all traffic, IPv6", {
      target: onGroup(),
      answers: aGroup([aRule({ IpProtocol: "-1", FromPort: -1, ToPort: -1, CidrIpv6: "::/0" })]),
      expect: {
        calls: [
          permission("Authorize", { IpProtocol: "icmpv6", ...ports(-1, -1) }, true),
          permission("Authorize", ports(0, 21), true),
          permission("Authorize", ports(23, 3388), true),
          permission("Authorize", ports(3390, 65535), true),
          permission("Authorize", { IpProtocol: "udp", ...ports(0, 65535) }, true),
          {
            service: "ec2",
            operation: "RevokeSecurityGroupIngress",
            input: { GroupId: GROUP, IpPermissions: [{ IpProtocol: "-1", Ipv6Ranges: [{ CidrIpv6: "::/0" }] }] },
          },
        ],
      },
    }),
    hit("all traffic and all of tcp: what is left of both is let in once", {
      target: onGroup(),
      answers: aGroup([
        range(0, 65535),
        aRule({ IpProtocol: "-1", FromPort: -1, ToPort: -1, CidrIpv4: "0.0.0.0/0", Description: "everything" }),
      ]),
      expect: {
        calls: [
          ...[
            { IpProtocol: "icmp", ...ports(-1, -1) },
            ports(0, 21),
            ports(23, 3388),
            ports(3390, 65535),
            { IpProtocol: "udp", ...ports(0, 65535) },
          ].map((one) => ({
            service: "ec2" as const,
            operation: "AuthorizeSecurityGroupIngress",
            input: {
              GroupId: GROUP,
              IpPermissions: [
                { IpProtocol: "tcp", ...one, IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "everything" }] },
              ],
            },
          })),
          {
            service: "ec2",
            operation: "RevokeSecurityGroupIngress",
            input: { GroupId: GROUP, IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }] },
          },
          permission("Revoke", ports(0, 65535)),
        ],
      },
    }),
    nothing("the web and udp, from anywhere", {
      target: onGroup(),
      answers: aGroup([range(443, 443), aRule({ IpProtocol: "udp", FromPort: 22, ToPort: 22, CidrIpv4: "0.0.0.0/0" })]),
    }),
    malformed("the group is gone", {
      target: onGroup(),
      answers: { DescribeSecurityGroups: failure("InvalidGroup.NotFound") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("a port that is a text", {
      target: onGroup(),
      answers: aGroup([aRule({ FromPort: "22" })]),
      expect: { code: "remediation.unsupported", message: /FromPort/ },
    }),
    malformed("an instance", {
      target: targetOf("AWS::EC2::Instance", "i-0a1b2c3d"),
      expect: { code: "remediation.target-invalid" },
    }),
  ],
});

function blastOf(wide: readonly Rule[], { resource }: RemediationTarget): string {
  if (wide.length === 0) return `Nothing: security group ${resource.id} lets neither port in from the internet.`;
  const others = wide.some(({ protocol }) => protocol === "-1")
    ? " Protocols beside TCP, UDP and ICMP are no longer let in."
    : "";
  return `Nobody reaches SSH or RDP of machines behind security group ${resource.id} from the internet any more; connections that are open may last until they time out.${others}`;
}
