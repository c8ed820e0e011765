import { describe, expect, test } from "vitest";
import { remediation, remediations } from "./catalogue.ts";
import { policyFor, SESSION_POLICY_CHARACTERS_MAX } from "./iam-actions.ts";

test("ids are unique and in order", () => {
  const ids = remediations.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].toSorted());
  expect(ids.map((id) => remediation(id)?.id)).toEqual(ids);
  expect(remediation("s3.nothing")).toBeUndefined();
});

describe.each(remediations.map((each) => [each.id, each] as const))("%s", (id, each) => {
  test("is named for its service and what it does", () => {
    expect(id).toMatch(/^[a-z0-9]+\.[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(each.title).toMatch(/^[A-Z].*[^.]$/);
    for (const text of [each.description, each.irreversible ?? "."]) expect(text).toMatch(/\.$/);
    expect(each.version).toMatch(/^[1-9]\d*$/);
  });

  test("has cases of every kind", () => {
    const kinds = new Set(each.cases.map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(["hit", "malformed", "nothing"]);
    const names = each.cases.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  test("asks for a session policy that AssumeRole takes, of whole actions", () => {
    const { read, write } = each.permissions;
    expect(policyFor([...read, ...write]).length).toBeLessThanOrEqual(SESSION_POLICY_CHARACTERS_MAX);
    for (const action of [...read, ...write]) expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/);
    for (const action of read) expect(action).toMatch(/:(?:Get|List|Describe|BatchGet)/);
    expect([...new Set([...read, ...write])]).toHaveLength(read.length + write.length);
  });

  test("names the types it takes, controls and where to read on", () => {
    expect(each.resourceTypes.length).toBeGreaterThan(0);
    for (const type of each.resourceTypes) expect(type).toMatch(/^AWS::(?:[A-Za-z0-9]+::[A-Za-z0-9]+|::Account)$/);
    expect(Object.values(each.controls).flat().length).toBeGreaterThan(0);
    expect(each.references.length).toBeGreaterThan(0);
    for (const reference of each.references) expect(new URL(reference).protocol).toBe("https:");
  });
});
