import { namesAll, type RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { failure, hit, malformed, nothing, OTHER_ACCOUNT, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { sortedSet } from "../values.ts";
import { aGroup, aRule, GROUP, onGroup } from "./group-cases.ts";
import {
  authorize,
  isPing,
  type RulesState,
  revoke,
  rulesStateSchema,
  simulateRules,
  sortedRules,
  trafficIn,
  without,
} from "./group-rule.ts";
import { securityGroups } from "./ids.ts";
import { isOneOf, openedRules } from "./open-rules-evidence.ts";
import { groupTags, worldIngress } from "./read-group-rules.ts";

const on = ({ resource }: RemediationTarget) => ({ group: resource.id, name: `security group ${resource.id}` });

const ssh = aRule({ CidrIpv4: "0.0.0.0/0", Description: "for the move" });
const https = aRule({ FromPort: 443, ToPort: 443, CidrIpv4: "0.0.0.0/0" });
const officeSsh = aRule({ CidrIpv4: "203.0.113.0/24" });
const allOfIpv6 = aRule({
  IpProtocol: "-1",
  FromPort: -1,
  ToPort: -1,
  CidrIpv6: "::/0",
  Tags: [{ Key: "why", Value: "test" }],
});
const ping = aRule({ IpProtocol: "icmp", FromPort: -1, ToPort: -1, CidrIpv4: "0.0.0.0/0" });
const outbound = aRule({ IpProtocol: "-1", FromPort: -1, ToPort: -1, CidrIpv4: "0.0.0.0/0", IsEgress: true });
const fromGroup = aRule({ ReferencedGroupInfo: { GroupId: "sg-0b", UserId: "111122223333" } });
const tcp = (port: number, range: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>) => ({
  GroupId: GROUP,
  IpPermissions: [{ IpProtocol: "tcp", FromPort: port, ToPort: port, ...range }],
});
const everyIpv6 = { IpProtocol: "-1", Ipv6Ranges: [{ CidrIpv6: "::/0" }] };
const state = { protocol: "tcp", from: 22, to: 22, cidr: "0.0.0.0/0", description: "for the move", tags: {} };

export const revokeOpenIngress = defineRemediation({
  id: "ec2.revoke-open-ingress",
  title: "Revoke what a security group lets in from the internet",
  description:
    "Takes away each inbound rule that is open to the internet, and nothing else: where the finding was seen once and names rules, only those of them that still stand. Rules for named networks, for other groups and for ping stay.",
  controls: { fsbp: ["EC2.18", "EC2.19"], cis: ["5.2", "5.3"] },
  risk: "medium",
  resources: securityGroups,
  permissions: {
    read: ["ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"],
    write: ["ec2:RevokeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags"],
  },
  state: rulesStateSchema,
  read: async (aws, target) => {
    const tags = await groupTags(aws, target);
    if (!tags.ok) return tags;
    const open = await worldIngress(aws, target.resource.id);
    if (!open.ok) return open;
    const opened = namesAll(target) ? openedRules(target.evidence) : undefined;
    const rules = open.value.filter((rule) => !isPing(rule) && (opened === undefined || isOneOf(rule, opened)));
    return ok({ state: { rules: sortedRules(rules) }, tags: tags.value });
  },
  fromEvidence: ({ evidence }) => {
    const opened = openedRules(evidence);
    return opened && { rules: sortedRules(without(opened, []).filter((rule) => !isPing(rule))) };
  },
  change: ({ rules }, target) => ({
    calls: rules.map((rule) => revoke(rule, on(target))),
    after: { rules: [] },
    blast: blastOf(rules, target.resource.id),
  }),
  undo: ({ before, current, target }) =>
    without(before.rules, current.rules).map((rule) => authorize(rule, on(target))),
  model: { simulate: ({ rules }, call) => ({ rules: simulateRules(rules, call) }) },
  references: [
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html",
    "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
  ],
  cases: [
    hit("ssh from anywhere; other rules stay", {
      target: onGroup(),
      answers: aGroup([officeSsh, ssh, ping, outbound, fromGroup], [{ Key: "env", Value: "production" }]),
      expect: {
        tags: { env: "production" },
        calls: [
          {
            service: "ec2",
            operation: "RevokeSecurityGroupIngress",
            input: tcp(22, { IpRanges: [{ CidrIp: "0.0.0.0/0" }] }),
          },
        ],
        diff: [{ path: "/rules", before: [state], after: [] }],
        undo: [
          {
            service: "ec2",
            operation: "AuthorizeSecurityGroupIngress",
            input: tcp(22, { IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "for the move" }] }),
          },
        ],
      },
    }),
    hit("two rules, IPv4 and IPv6, on two pages", {
      target: onGroup(),
      answers: {
        ...aGroup([]),
        DescribeSecurityGroupRules: [
          { SecurityGroupRules: [ssh], NextToken: "more" },
          { SecurityGroupRules: [allOfIpv6] },
        ],
      },
      expect: {
        calls: [
          {
            service: "ec2",
            operation: "RevokeSecurityGroupIngress",
            input: { GroupId: GROUP, IpPermissions: [everyIpv6] },
          },
          {
            service: "ec2",
            operation: "RevokeSecurityGroupIngress",
            input: tcp(22, { IpRanges: [{ CidrIp: "0.0.0.0/0" }] }),
          },
        ],
        undo: [
          {
            service: "ec2",
            operation: "AuthorizeSecurityGroupIngress",
            input: {
              GroupId: GROUP,
              IpPermissions: [everyIpv6],
              TagSpecifications: [{ ResourceType: "security-group-rule", Tags: [{ Key: "why", Value: "test" }] }],
            },
          },
          {
            service: "ec2",
            operation: "AuthorizeSecurityGroupIngress",
            input: tcp(22, { IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "for the move" }] }),
          },
        ],
      },
    }),
    hit("only what the finding names, of what still stands", {
      target: onGroup([
        { cidr: "0.0.0.0/0", ports: "port 22", protocol: "6" },
        { cidr: "0.0.0.0/0", ports: "port 3389", protocol: "tcp" },
      ]),
      answers: aGroup([https, ssh]),
      expect: {
        calls: [
          {
            service: "ec2",
            operation: "RevokeSecurityGroupIngress",
            input: tcp(22, { IpRanges: [{ CidrIp: "0.0.0.0/0" }] }),
          },
        ],
      },
    }),
    hit("all that is open, where the finding was seen more than once and so names a part", {
      target: { ...onGroup([{ cidr: "0.0.0.0/0", ports: "port 22", protocol: "tcp" }]), occurrences: 2 },
      answers: aGroup([https, ssh, officeSsh]),
      expect: {
        calls: [
          {
            service: "ec2",
            operation: "RevokeSecurityGroupIngress",
            input: tcp(22, { IpRanges: [{ CidrIp: "0.0.0.0/0" }] }),
          },
          {
            service: "ec2",
            operation: "RevokeSecurityGroupIngress",
            input: tcp(443, { IpRanges: [{ CidrIp: "0.0.0.0/0" }] }),
          },
        ],
      },
    }),
    hit("half of the internet", {
      target: onGroup([{ cidr: "203.0.113.9/1", ports: "port 22", protocol: "tcp" }]),
      answers: aGroup([aRule({ CidrIpv4: "128.0.0.0/1" })]),
      expect: {
        calls: [
          {
            service: "ec2",
            operation: "RevokeSecurityGroupIngress",
            input: tcp(22, { IpRanges: [{ CidrIp: "128.0.0.0/1" }] }),
          },
        ],
      },
    }),
    nothing("only named networks, ping and what goes out", {
      target: onGroup(),
      answers: aGroup([officeSsh, ping, outbound, fromGroup]),
    }),
    nothing("what the finding names was closed since", {
      target: onGroup([{ cidr: "0.0.0.0/0", ports: "port 22", protocol: "tcp" }]),
      answers: aGroup([https]),
    }),
    malformed("the group is gone", {
      target: onGroup(),
      answers: { DescribeSecurityGroups: failure("InvalidGroup.NotFound") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("the group is another account's, shared with this one", {
      target: onGroup(),
      answers: { DescribeSecurityGroups: { SecurityGroups: [{ GroupId: GROUP, OwnerId: OTHER_ACCOUNT }] } },
      expect: { code: "remediation.unsupported", message: /belongs to another account/ },
    }),
    malformed("more pages than can be read", {
      target: onGroup(),
      answers: { ...aGroup([]), DescribeSecurityGroupRules: { SecurityGroupRules: [], NextToken: "again" } },
      expect: { code: "remediation.unsupported", message: /more than 10000 items/ },
    }),
    malformed("the group is told by its name", {
      target: targetOf("AWS::EC2::SecurityGroup", "default"),
      expect: { code: "remediation.target-invalid", message: /found "default", expected the id of a security group/ },
    }),
  ],
});

function blastOf(rules: RulesState["rules"], id: string): string {
  if (rules.length === 0) return `Nothing: no such rule stands in security group ${id}.`;
  const traffic = sortedSet(rules.map(trafficIn));
  const shown = traffic.length > 5 ? `${traffic.slice(0, 5).join(", ")} and more` : traffic.join(", ");
  return `Whoever reaches machines behind security group ${id} from the internet by ${shown} no longer does, customers of a public service among them; connections that are open may last until they time out.`;
}
