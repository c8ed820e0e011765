import type { Json } from "@ephor/domain/json";
import type { Event } from "@ephor/events/envelope";
import { requestText, responseText } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";
import { openRules } from "./open-rules.ts";

const groupIn = (event: Event): string | undefined =>
  requestText(event, "groupId") ??
  requestText(event, "ModifySecurityGroupRulesRequest.GroupId") ??
  responseText(event, "securityGroupRuleSet.items.0.groupId") ??
  requestText(event, "groupName");

const unique = (texts: readonly string[]): string => [...new Set(texts)].join(", ");

const authorize = (ipPermissions: Json, name = "AuthorizeSecurityGroupIngress") =>
  apiCall({ service: "ec2", name, request: { groupId: "sg-0a1b2c3d4e5f60718", ipPermissions } });
type Ingress = { readonly from?: number; readonly to?: number; readonly protocol?: string };
const ingress = (cidr: string, { from = 22, to = from, protocol = "tcp" }: Ingress = {}) =>
  authorize({
    items: [
      {
        ipProtocol: protocol,
        ...(protocol === "-1" ? {} : { fromPort: from, toPort: to }),
        groups: {},
        ipRanges: cidr.includes(":") ? {} : { items: [{ cidrIp: cidr }] },
        ipv6Ranges: cidr.includes(":") ? { items: [{ cidrIpv6: cidr }] } : {},
        prefixListIds: {},
      },
    ],
  });
const modify = (rule: Json) =>
  apiCall({
    service: "ec2",
    name: "ModifySecurityGroupRules",
    request: {
      ModifySecurityGroupRulesRequest: {
        GroupId: "sg-0a1b2c3d4e5f60718",
        SecurityGroupRule: { SecurityGroupRuleId: "sgr-01", tag: 1, SecurityGroupRule: rule },
      },
    },
  });

export const securityGroupOpenedToWorld = defineDetection({
  id: "ec2.security-group-opened-to-world",
  title: "Security group opened to the world",
  description:
    "Anyone on the internet can now reach the ports that this group guards; scanners find an open port within minutes.",
  severity: "high",
  pattern: succeeded({ service: "ec2", names: ["AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules"] }),
  when: (event) => openRules(event).length > 0,
  finding: (event) => {
    const group = groupIn(event);
    if (group === undefined) return null;
    const rules = openRules(event);
    const from = shown(unique(rules.map((rule) => rule.cidr)));
    const to = shown(unique(rules.map((rule) => rule.ports)));
    return tellCall(event, {
      resource: { type: "AWS::EC2::SecurityGroup", id: group },
      title: `Security group ${shown(group)} now allows ${from} to ${to}`,
      evidence: { rules },
    });
  },
  mitre: ["T1562.007"],
  controls: { ...themes.network, cis: ["4.10", "5.2", "5.3"], fsbp: ["EC2.13", "EC2.14", "EC2.18", "EC2.19"] },
  remediation: "ec2.revoke-open-ingress",
  falsePositives:
    "Public load balancers on 80 and 443: allow-list the group. A modified rule may be an outbound one: CloudTrail does not say which.",
  references: [
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html",
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html",
  ],
  cases: [
    hit("ssh from anywhere, IPv4", ingress("0.0.0.0/0"), {
      title: "Security group sg-0a1b2c3d4e5f60718 now allows 0.0.0.0/0 to port 22, by alice",
      resource: "sg-0a1b2c3d4e5f60718",
      actor: "alice",
    }),
    hit("all ports, IPv6", ingress("::/0", { protocol: "-1" }), { title: /::\/0 to all ports/ }),
    hit("a range of ports", ingress("0.0.0.0/0", { from: 20, to: 25 }), { title: /to ports 20-25/ }),
    hit("half of the internet", ingress("128.0.0.0/1"), { title: /128\.0\.0\.0\/1/ }),
    hit("any address with no bits kept", ingress("203.0.113.9/0")),
    hit(
      "the rule stands flat in the request",
      apiCall({
        service: "ec2",
        name: "AuthorizeSecurityGroupIngress",
        request: {
          groupId: "sg-0123abcd",
          ipPermissions: {},
          cidrIp: "0.0.0.0/0",
          ipProtocol: "tcp",
          fromPort: 22,
          toPort: 22,
        },
      }),
      { resource: "sg-0123abcd" },
    ),
    hit("a rule widened", modify({ CidrIpv4: "0.0.0.0/0", FromPort: 3389, ToPort: 3389, IpProtocol: "tcp" }), {
      title: /port 3389/,
    }),
    hit("a rule widened, IPv6", modify({ CidrIpv6: "::/0", FromPort: 22, ToPort: 22, IpProtocol: "tcp" })),
    miss("ssh from one network", ingress("10.0.0.0/8")),
    miss("ssh from one address", ingress("203.0.113.7/32")),
    miss("a private IPv6 network", ingress("fd00::/8")),
    miss("ping from anywhere", ingress("0.0.0.0/0", { from: -1, protocol: "icmp" })),
    miss("a rule narrowed", modify({ CidrIpv4: "10.1.0.0/16", FromPort: 22, ToPort: 22, IpProtocol: "tcp" })),
    miss("the call was denied", denied(ingress("0.0.0.0/0"), "Client.UnauthorizedOperation")),
    miss(
      "outbound",
      authorize({ items: [{ ipRanges: { items: [{ cidrIp: "0.0.0.0/0" }] } }] }, "AuthorizeSecurityGroupEgress"),
    ),
    malformed("ipPermissions is a string", authorize("all")),
    malformed("ranges are numbers", authorize({ items: [{ ipRanges: { items: [0, null] }, ipProtocol: {} }] })),
    malformed("the modified rule is a list of texts", modify(["0.0.0.0/0"])),
  ],
});
