import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConfig } from "./config/parse-config.ts";
import type { FindingFacts } from "./finding.ts";
import {
  decideResponse,
  explainRules,
  isProduction,
  matchesGlob,
  peopleOf,
  planTerms,
  type ResponseDecision,
  type Surroundings,
  surroundingsIn,
} from "./response-policy.ts";
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
  const quiet = { ...finding, severity: "medium" } as FindingFacts;
  expect(decideResponse(config({}).responsePolicy, { finding: quiet, surroundings: {} })).toMatchObject({
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

test("what ships tells people of high and critical findings and changes nothing", () => {
  const { responsePolicy, remediation } = config({});
  expect(decideResponse(responsePolicy, { finding, surroundings: {} })).toMatchObject({
    mode: "notify",
    channels: null,
  });
  expect(remediation.enabled).toBe(false);
});

test("the rules that were asked are told with the conditions that failed, up to the one that decides", () => {
  const rules = [
    { match: { severity: "low", account: "999999999999" }, mode: "auto" },
    { match: { environment: "prod" }, mode: "auto" },
    { match: { detection: "ec2.*" }, mode: "approve" },
    { match: {}, mode: "observe" },
  ];
  const { responsePolicy } = config({ responsePolicy: { rules } });
  expect(explainRules(responsePolicy, { finding, surroundings: { environment: "dev" } })).toEqual([
    { rule: 0, failing: ["severity", "account"] },
    { rule: 1, failing: ["environment"] },
    { rule: 2, failing: [] },
  ]);
});

describe("who an actor is", () => {
  const people = config({
    people: [
      { id: "ann", name: "Ann", email: "a@example.com", awsPrincipals: ["arn:aws:iam::111122223333:user/ann"] },
      { id: "bo", name: "Bo", email: "b@example.com", awsPrincipals: ["arn:aws:iam::111122223333:role/admin"] },
      { id: "cy", name: "Cy", email: "c@example.com", awsPrincipals: ["arn:aws:iam::111122223333:role/admin"] },
      {
        ...{ id: "di", name: "Di", email: "d@example.com" },
        awsPrincipals: [
          "arn:aws:sts::111122223333:assumed-role/dev/di@example.com",
          "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Dev_1",
        ],
      },
    ],
  }).people;
  const actor = (arn: string) => ({ type: "IAMUser", id: "x", arn });
  test.each([
    ["a user", actor("arn:aws:iam::111122223333:user/ann"), ["ann"]],
    ["a session of a role that two share", actor("arn:aws:sts::111122223333:assumed-role/admin/s"), ["bo", "cy"]],
    [
      "the session of a role, whose actor is the role",
      { type: "AssumedRole", id: "AROA", arn: "arn:aws:iam::111122223333:role/team/dev", name: "dev/di@example.com" },
      ["di"],
    ],
    [
      "another session of that role",
      { type: "AssumedRole", id: "AROA", arn: "arn:aws:iam::111122223333:role/team/dev", name: "dev/eve" },
      [],
    ],
    [
      "a session of a role that has a path",
      actor("arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_1/someone"),
      ["di"],
    ],
    ["another account's user of that name", actor("arn:aws:iam::999999999999:user/ann"), []],
    ["nobody named", null, []],
    ["no ARN", { type: "AWSService", id: "x" }, []],
  ])("%s", (_, who, ids) => expect(peopleOf(who, people)).toEqual(ids));
});

describe("how many people must approve", () => {
  const decision: ResponseDecision = {
    ...{ mode: "approve", rule: 0, policyVersion: 1, risk: "low", approvers: ["ops"], approvalsMin: 0 },
    ...{ rejectionsMin: 1, expiresHours: 72, escalation: null, fallbackGroup: null, channels: null },
    ...{ remediation: null, autoInProduction: [] },
  };
  const plan = { risk: "low", irreversible: null, remediation: "x.y", calls: [] } as const;
  const asked = { decision, plan, environment: "dev", actorPeople: ["ann"], channels: [] };
  const auto = { ...decision, mode: "auto" } as const;
  test.each<[string, Parameters<typeof planTerms>[0], number]>([
    ["approve, low risk", asked, 1],
    ["approve, medium risk", { ...asked, decision: { ...decision, risk: "medium" } }, 1],
    ["approve, high risk", { ...asked, decision: { ...decision, risk: "high" } }, 2],
    ["the remediation's own risk is higher", { ...asked, plan: { ...plan, risk: "high" } }, 2],
    ["the rule asks for three", { ...asked, decision: { ...decision, approvalsMin: 3 } }, 3],
    ["the rule names no risk", { ...asked, decision: { ...auto, risk: null } }, 2],
    ["auto, low risk", { ...asked, decision: auto }, 0],
    ["auto, medium risk", { ...asked, decision: { ...auto, risk: "medium" } }, 1],
    ["auto, the plan cannot be undone", { ...asked, decision: auto, plan: { ...plan, irreversible: "gone" } }, 2],
    ["auto, environment unknown", { ...asked, decision: auto, environment: undefined }, 2],
    ["auto, actor is nobody known", { ...asked, decision: auto, actorPeople: [] }, 2],
    ["auto, actor is several", { ...asked, decision: auto, actorPeople: ["ann", "bo"] }, 2],
    ["auto in production", { ...asked, decision: auto, environment: "Production" }, 1],
    [
      "auto in production, named by the rule",
      { ...asked, decision: { ...auto, autoInProduction: ["x.y"] }, environment: "prod" },
      0,
    ],
    ["three groups must each give one", { ...asked, decision: { ...decision, approvers: ["a", "b", "c"] } }, 3],
  ])("%s", (_, given, needed) => {
    expect(planTerms(given).approvalsNeeded).toBe(needed);
  });
});

test.each([
  ["prod", true],
  ["PRODUCTION", true],
  ["preprod", false],
  [undefined, false],
])("%s is production: %s", (name, is) => expect(isProduction(name)).toBe(is));
