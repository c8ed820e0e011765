import { expect, test } from "vitest";
import { parseConfig } from "./parse-config.ts";
import { policyWarnings } from "./policy-warnings.ts";

const detections = ["ec2.security-group-opened-to-world", "s3.bucket-policy-made-public", "own.pack-detection"];
const person = (id: string) => ({ id, name: id, email: `${id}@example.com`, roles: ["approver"] });

function warningsOf(rule: object, more: object = {}): readonly string[] {
  const value = {
    people: ["ann", "bo"].map(person),
    groups: { approvers: ["ann"], leads: ["bo"] },
    responsePolicy: { version: 1, rules: [rule] },
    ...more,
  };
  const parsed = parseConfig(value, { file: "test" });
  if (!parsed.ok) throw new Error(parsed.error.message);
  return policyWarnings(parsed.value, { detections });
}
const MILD = { mode: "approve", risk: "low" };

test.each<[string, string | string[], string[]]>([
  ["a known id", "s3.bucket-policy-made-public", []],
  ["an id of a pack of one's own", "own.pack-detection", []],
  ["a pattern that matches some", ["ec2.*", "*"], []],
  [
    "a wrong id",
    "s3.bucket-policy-made-publik",
    [
      '/responsePolicy/rules/0/match/detection: found "s3.bucket-policy-made-publik", expected the id of a detection; did you mean "s3.bucket-policy-made-public"?',
    ],
  ],
  [
    "a pattern that matches none, among others",
    ["s3.*", "rds.*"],
    ['/responsePolicy/rules/0/match/detection/1: found "rds.*", expected a pattern that some detection\'s id matches'],
  ],
])("of %s in a rule it says what is so", (_, detection, told) => {
  expect(warningsOf({ match: { detection }, ...MILD })).toEqual(told);
});

test("a wrong id of an allow-list is told as well", () => {
  const allowLists = { "ec2.nothing-of-the-kind-at-all": [{ resource: "sg-1", reason: "wanted" }] };
  expect(warningsOf(MILD, { allowLists })).toEqual([
    '/allowLists/ec2.nothing-of-the-kind-at-all: found "ec2.nothing-of-the-kind-at-all", expected the id of a detection',
  ]);
});

test.each<[string, object, string | undefined]>([
  ["one person where one is enough", { mode: "approve", risk: "medium" }, undefined],
  ["nobody is asked", { mode: "notify" }, undefined],
  ["no approval is needed", { mode: "auto", risk: "low" }, undefined],
  ["two are needed and one is there", { mode: "approve", risk: "high" }, "found 1 in approvers, expected 2 or more"],
  ["the rule names no risk", { mode: "approve" }, "found 1 in approvers, expected 2 or more"],
  ["the fallback group makes up for it", { mode: "approve", risk: "high", fallback: "leads" }, undefined],
  ["two groups of one each", { mode: "approve", risk: "high", approvers: ["approvers", "leads"] }, undefined],
  [
    "more approvals than people",
    { mode: "auto", risk: "medium", approvers: ["approvers", "leads"], approvalsMin: 3 },
    "found 2 in approvers, leads, expected 3 or more",
  ],
])("it is told that an approval could only expire: %s", (_, rule, told) => {
  const [warning] = warningsOf(rule);
  if (told === undefined) expect(warning).toBeUndefined();
  else expect(warning).toContain(told);
});

test("a group that is not there has nobody in it", () => {
  expect(warningsOf(MILD, { groups: {} })).toEqual([
    "/responsePolicy/rules/0: found 0 in approvers, expected 1 or more who decide: an approval could only expire",
  ]);
});

test("without a policy of one's own there is nothing to warn of", () => {
  expect(policyWarnings(unconfigured(), { detections })).toEqual([]);
});

function unconfigured() {
  const parsed = parseConfig({}, { file: "test" });
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}
