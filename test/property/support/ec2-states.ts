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
