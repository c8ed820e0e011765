import { eventsOf } from "@ephor/events/parse-event";
import { expect, test } from "vitest";
import { apiCall, denied } from "./cases/cloudtrail-event.ts";
import { detections } from "./catalogue.ts";
import { explainEvent } from "./explain-event.ts";

const ID = "ec2.security-group-opened-to-world";
const opened = (cidr: string) =>
  apiCall({
    service: "ec2",
    name: "AuthorizeSecurityGroupIngress",
    request: {
      groupId: "sg-01",
      ipPermissions: {
        items: [{ ipProtocol: "tcp", fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: cidr }] } }],
      },
    },
  });

function explained(envelope: ReturnType<typeof opened>, allow = {}) {
  const events = eventsOf(envelope);
  const event = events.ok ? events.value[0] : undefined;
  if (event === undefined) throw new Error("no event");
  return explainEvent(detections, { event, allow }).find(({ detection }) => detection === ID);
}

test("a detection that finds something is told with its findings", () => {
  expect(explained(opened("0.0.0.0/0"))).toMatchObject({
    outcome: "finding",
    findings: [{ resource: { id: "sg-01" } }],
  });
});

test("a condition beyond the pattern that does not hold is told apart from a pattern that does not match", () => {
  expect(explained(opened("10.0.0.0/8"))).toEqual({ detection: ID, outcome: "condition-does-not-hold" });
  expect(explained(denied(opened("0.0.0.0/0")))).toEqual({
    detection: ID,
    outcome: "pattern-does-not-match",
    failing: ["detail.errorCode"],
  });
});

test("what an allow-list keeps quiet says so", () => {
  const allow = { [ID]: [{ resource: "sg-*", reason: "known" }] };
  expect(explained(opened("0.0.0.0/0"), allow)).toEqual({ detection: ID, outcome: "allowed" });
});

test("an event that no detection names is told by none", () => {
  expect(explained(apiCall({ service: "ec2", name: "DescribeInstances", request: {} }))).toBeUndefined();
});
