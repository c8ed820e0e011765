import { hit } from "@ephor/detections/cases/case";
import { apiCall } from "@ephor/detections/cases/cloudtrail-event";
import { securityGroupOpenedToWorld } from "@ephor/detections/ec2/security-group-opened-to-world";
import { runCases } from "@ephor/detections/test-cases";
import { describe, expect, test } from "vitest";
import { onGroup } from "./group-cases.ts";
import { openedRules } from "./open-rules-evidence.ts";
import { worldCidr } from "./world-cidr.ts";

const BLOCKS: readonly (readonly [string, string | undefined])[] = [
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["203.0.113.9/0", "0.0.0.0/0"],
  ["203.0.113.9/1", "128.0.0.0/1"],
  ["128.0.0.0/1", "128.0.0.0/1"],
  ["11.0.0.0/7", "10.0.0.0/7"],
  ["10.0.0.0/8", undefined],
  ["203.0.113.7/32", undefined],
  ["::/0", "::/0"],
  ["2001:db8::/0", "::/0"],
  ["2000::/3", "2000::/3"],
  ["3fff::1/3", "2000::/3"],
  ["fd00::/8", undefined],
];

describe.each(BLOCKS)("%s", (cidr, world) => {
  test("is the internet exactly where the detection says so", () => {
    expect(worldCidr(cidr)).toBe(world);
    const family = cidr.includes(":")
      ? { ipv6Ranges: { items: [{ cidrIpv6: cidr }] } }
      : { ipRanges: { items: [{ cidrIp: cidr }] } };
    const event = apiCall({
      service: "ec2",
      name: "AuthorizeSecurityGroupIngress",
      request: {
        groupId: "sg-0a1b2c3d",
        ipPermissions: { items: [{ ipProtocol: "tcp", fromPort: 22, toPort: 22, ...family }] },
      },
    });
    const { passed } = runCases([{ ...securityGroupOpenedToWorld, cases: [hit("opened", event)] }]);
    expect(passed === 1).toBe(world !== undefined);
  });
});

test.each(["", "0.0.0.0", "all", "1.2.3.4/", "::/x", `${"1".repeat(100)}/0`])("%j is no block", (text) => {
  expect(worldCidr(text)).toBeUndefined();
});

test("evidence that cannot be read names no rules", () => {
  const { evidence } = onGroup([{ cidr: "0.0.0.0/0", ports: "port 22", protocol: "tcp" }]);
  expect(openedRules(evidence)).toHaveLength(1);
  for (const rules of [
    [],
    "all",
    [7],
    [{ cidr: "0.0.0.0/0", ports: "ssh", protocol: "tcp" }],
    [{ cidr: "10.0.0.0/8", ports: "port 22", protocol: "tcp" }],
  ])
    expect(openedRules({ rules })).toBeUndefined();
});
