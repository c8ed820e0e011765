import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConfig } from "./config/parse-config.ts";
import type { FindingFacts } from "./finding.ts";
import { decideResponse, matchesGlob, type Surroundings, surroundingsIn } from "./response-policy.ts";
import { timestamp } from "./time.ts";

const config = (value: object) => {
  const parsed = parseConfig(value, { file: "test" });
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
};
const at = timestamp(0);
const finding = {
  ...{
    detection: "ec2.security-group-opened-to-world",
    severity: "high",
    account: "111122223333",
    region: "eu-west-1",
  },
  ...{ resource: { type: "AWS::EC2::SecurityGroup", id: "sg-1" }, firstSeenAt: at, lastSeenAt: at },
} as unknown as FindingFacts;
const decide = (match: object, surroundings: Surroundings = {}) =>
  decideResponse(config({ responsePolicy: { version: 3, rules: [{ match, mode: "approve" }] } }).responsePolicy, {
    finding,
    surroundings,
  });

test("without a rule that matches, it observes", () => {
  expect(decideResponse(config({}).responsePolicy, { finding, surroundings: {} })).toMatchObject({
    mode: "observe",
    rule: null,
  });
  expect(decide({ severity: "low" })).toMatchObject({ mode: "observe", rule: null, policyVersion: 3 });
});

test("the first rule that matches decides", () => {
  const rules = [
    { match: { severity: "low" }, mode: "auto" },
    { match: {}, mode: "notify" },
    { match: {}, mode: "approve" },
  ];
  const { responsePolicy } = config({ responsePolicy: { version: 1, rules } });
  expect(decideResponse(responsePolicy, { finding, surroundings: {} })).toMatchObject({ mode: "notify", rule: 1 });
});

describe("a rule matches where every condition holds", () => {
  test.each<[string, object, Surroundings, boolean]>([
    ["no condition", {}, {}, true],
    ["detection", { detection: "ec2.*" }, {}, true],
    ["another detection", { detection: "s3.*" }, {}, false],
    ["one of several severities", { severity: ["low", "high"] }, {}, true],
    ["account", { account: "111122223333" }, {}, true],
    ["another account", { account: "999999999999" }, {}, false],
    ["resource type", { resourceType: "AWS::EC2::*" }, {}, true],
    ["another resource type", { resourceType: "AWS::S3::Bucket" }, {}, false],
    ["environment in any case", { environment: "Production" }, { environment: "production" }, true],
    ["an environment that is not known", { environment: "production" }, {}, false],
    ["tags", { tags: { team: ["red", "blue"] } }, { tags: { team: "blue" } }, true],
    ["another value", { tags: { team: "red" } }, { tags: { team: "blue" } }, false],
    ["tags that are not known", { tags: { team: "red" } }, {}, false],
    ["all but one", { severity: "high", account: "999999999999" }, {}, false],
  ])("%s", (_, match, surroundings, matches) => {
    expect(decide(match, surroundings).mode).toBe(matches ? "approve" : "observe");
  });
});

test("a glob means what its regular expression means", () => {
  const word = fc.stringMatching(/^[ab*.]{0,6}$/);
  fc.assert(
    fc.property(word, fc.stringMatching(/^[ab.]{0,8}$/), (glob, text) => {
      const escaped = glob.replaceAll(".", "\\.").replaceAll("*", ".*");
      expect(matchesGlob(glob, text)).toBe(new RegExp(`^${escaped}$`, "s").test(text));
    }),
  );
});

test("the surroundings of an account are what the configuration says, and nothing for one it does not name", () => {
  const surroundingsOf = surroundingsIn(config({ accounts: { "111122223333": { environment: "production" } } }));
  expect(surroundingsOf("111122223333")).toEqual({ environment: "production" });
  expect(surroundingsOf("999999999999")).toEqual({});
  expect(surroundingsOf("constructor")).toEqual({});
});
