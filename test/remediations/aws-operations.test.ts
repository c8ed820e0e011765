import { isRead } from "@ephor/aws/access/call-failure";
import { SERVICES } from "@ephor/aws/access/services/services";
import { sessionPolicy } from "@ephor/aws/access/session-policy";
import { AWS_SERVICES } from "@ephor/domain/aws-call";
import { remediations } from "@ephor/remediations/catalogue";
import { describe, expect, test } from "vitest";
import { operationsOf } from "./operations-of.ts";

const used = await Promise.all(remediations.map(operationsOf));
const calls = new Set(used.flatMap(({ reads, writes }) => [...reads, ...writes]));
const known = new Set(
  (
    await Promise.all(
      AWS_SERVICES.map(async (service) =>
        (await SERVICES[service]()).calls.operations.map((name) => `${service} ${name}`),
      ),
    )
  ).flat(),
);

describe("the operations that can be called", () => {
  test("are those that the remediations' cases call, each of them", () => {
    expect([...calls].filter((name) => !known.has(name))).toEqual([]);
  });

  test("are no others", () => {
    expect([...known].filter((name) => !calls.has(name))).toEqual([]);
  });

  test("change something exactly where a plan calls them: only what reads is ever sent again", () => {
    const operation = (name: string) => ({ operation: name.split(" ")[1] ?? "" });
    for (const { reads, writes } of used) {
      expect(reads.filter((name) => !isRead(operation(name)))).toEqual([]);
      expect(writes.filter((name) => isRead(operation(name)))).toEqual([]);
    }
  });
});

test.each(remediations.map((one) => [one.id, one] as const))(
  "a session policy holds all of %s",
  (_, { permissions }) => {
    const actions = [...permissions.read, ...permissions.write];
    expect(sessionPolicy({ actions, region: "ap-southeast-1" })).toMatchObject({ ok: true });
  },
);
