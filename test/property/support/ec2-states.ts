import { keyOf, ruleOf, sortedRules } from "@ephor/remediations/ec2/group-rule";
import fc from "fast-check";

const anyPort = fc.oneof(
  fc.constantFrom(0, 20, 21, 22, 23, 25, 3388, 3389, 3390, 65_535),
  fc.integer({ min: 0, max: 65_535 }),
);

/** A rule as AWS has it: first port before last, ports only where the protocol has some. */
const anyRule = fc
  .record({
    protocol: fc.constantFrom("tcp", "tcp", "tcp", "udp", "icmp", "-1", "47"),
    ports: fc.tuple(anyPort, anyPort),
    cidr: fc.constantFrom("0.0.0.0/0", "128.0.0.0/1", "::/0"),
    description: fc.option(fc.string({ minLength: 1, maxLength: 8 }), { nil: null }),
    tags: fc.dictionary(fc.constantFrom("env", "team"), fc.string({ maxLength: 5 }), { noNullPrototype: true }),
  })
  .map(({ protocol, ports, ...more }) => {
    const [from, to] = [Math.min(...ports), Math.max(...ports)];
    return ruleOf({ protocol, ...(protocol === "icmp" ? { from: -1, to: -1 } : { from, to }), ...more });
  });

/** Rules of a group, each once, in order. */
export const anyRules = fc
  .uniqueArray(anyRule, { selector: keyOf, maxLength: 6 })
  .map((rules) => ({ rules: sortedRules(rules) }));

/** Whom a snapshot or an image is shared with, each once, in order. */
export const anyShared = fc
  .uniqueArray(
    fc.constantFrom(
      "all",
      "111122223333",
      "444455556666",
      "arn:aws:organizations::444455556666:organization/o-a1b2c3d4e5",
      "arn:aws:organizations::444455556666:ou/o-a1b2c3d4e5/ou-a1b2-c3d4e5f6",
    ),
  )
  .map((names) => ({ sharedWith: names.toSorted() }));

const anyRuleList = fc.uniqueArray(anyRule, { selector: keyOf, maxLength: 3 }).map(sortedRules);
const VPCS = ["vpc-0a", "vpc-0b", "vpc-0c"];
const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);

const anyVolumes = fc
  .uniqueArray(fc.constantFrom("vol-0a", "vol-0b", "vol-0c"))
  .chain((ids) =>
    fc.tuple(
      ...ids.toSorted().map((id, at) =>
        fc.record({
          id: fc.constant(id),
          isRoot: fc.constant(at === 0),
          snapshot: fc.option(fc.constant(`snap-of-${id}`), { nil: null }),
        }),
      ),
    ),
  )
  .map((volumes) => [...volumes]);

const anyGroup = (vpc: string) =>
  fc.option(fc.record({ id: fc.constant(`sg-quarantine-${vpc}`), ingress: anyRuleList, egress: anyRuleList }), {
    nil: null,
  });
const anyNetworks = fc
  .tuple(...VPCS.map((vpc) => fc.record({ vpc: fc.constant(vpc), hasIpv6: fc.boolean(), group: anyGroup(vpc) })))
  .map((networks) => [...networks]);

const anyInterface = fc.constantFrom(...VPCS).chain((vpc) =>
  fc.record({
    id: fc.constantFrom("eni-0a", "eni-0b", "eni-0c", "eni-0d"),
    vpc: fc.constant(vpc),
    groups: fc
      .uniqueArray(fc.constantFrom("sg-0a", "sg-0b", `sg-quarantine-${vpc}`), { minLength: 1 })
      .map((groups) => groups.toSorted()),
  }),
);

/** Instances in up to three networks, from untouched to isolated, in whatever part. */
export const anyIsolation = fc.record({
  volumes: anyVolumes,
  networks: anyNetworks,
  interfaces: fc
    .uniqueArray(anyInterface, { selector: ({ id }) => id, maxLength: 4 })
    .map((interfaces) => interfaces.toSorted(byId)),
});
