import { describe, expect, test } from "vitest";
import { ACCOUNT, OTHER_ACCOUNT, REGION, targetOf } from "./cases/case.ts";
import { remediation } from "./catalogue.ts";
import type { DefinedRemediation } from "./define-remediation.ts";

function known(id: string): DefinedRemediation {
  const found = remediation(id);
  if (found === undefined) throw new Error(`no remediation ${id}`);
  return found;
}

const topic = known("sns.remove-public-statement");
const account = known("s3.block-public-access-account");
const arn = (more: { partition?: string; region?: string; account?: string } = {}) =>
  `arn:${more.partition ?? "aws"}:sns:${more.region ?? REGION}:${more.account ?? ACCOUNT}:alerts`;

describe("a target is taken", () => {
  test.each([
    ["by its name", topic, targetOf("AWS::SNS::Topic", "alerts")],
    ["by its ARN", topic, targetOf("AWS::SNS::Topic", arn())],
    ["by its name beside its ARN", topic, targetOf("AWS::SNS::Topic", "alerts", { arn: arn() })],
    ["as a whole account", account, targetOf("AWS::::Account", ACCOUNT)],
    [
      "in another partition",
      topic,
      targetOf("AWS::SNS::Topic", arn({ partition: "aws-us-gov", region: "us-gov-west-1" }), {
        partition: "aws-us-gov",
        region: "us-gov-west-1",
      }),
    ],
  ])("%s", (_, each, target) => expect(each.check(target)).toEqual({ ok: true, value: undefined }));
});

describe("a target is refused with what was found and expected", () => {
  const refused: readonly [string, DefinedRemediation, Parameters<DefinedRemediation["check"]>[0], string, string][] = [
    [
      "another type",
      topic,
      targetOf("AWS::SQS::Queue", "x"),
      "/resource/type",
      'found "AWS::SQS::Queue", expected AWS::SNS::Topic',
    ],
    ["a type of Object's own", topic, targetOf("constructor", "x"), "/resource/type", 'found "constructor", expected'],
    [
      "no account id",
      topic,
      targetOf("AWS::SNS::Topic", "x", { account: "root" }),
      "/account",
      "expected an account id of 12 digits",
    ],
    [
      "no Region",
      topic,
      targetOf("AWS::SNS::Topic", "x", { region: "eu-west-1.evil.example" }),
      "/region",
      "expected an AWS Region",
    ],
    [
      "an id of another form",
      topic,
      targetOf("AWS::SNS::Topic", "a b"),
      "/resource/id",
      "expected a topic name or its ARN",
    ],
    ["an id with a line more", topic, targetOf("AWS::SNS::Topic", "alerts\n"), "/resource/id", 'found "alerts\\u{a}"'],
    ["a long id", topic, targetOf("AWS::SNS::Topic", "a".repeat(5000)), "/resource/id", "…"],
    [
      "another account's ARN",
      topic,
      targetOf("AWS::SNS::Topic", arn({ account: OTHER_ACCOUNT })),
      "/resource/id",
      `expected a resource of account ${ACCOUNT}`,
    ],
    [
      "another account's ARN beside a name",
      topic,
      targetOf("AWS::SNS::Topic", "alerts", { arn: arn({ account: OTHER_ACCOUNT }) }),
      "/resource/arn",
      `expected a resource of account ${ACCOUNT}`,
    ],
    [
      "another Region's ARN",
      topic,
      targetOf("AWS::SNS::Topic", arn({ region: "us-east-1" })),
      "/resource/id",
      "expected a resource in eu-west-1",
    ],
    [
      "another partition's ARN",
      topic,
      targetOf("AWS::SNS::Topic", arn({ partition: "aws-cn" })),
      "/resource/id",
      "expected an ARN of the partition aws",
    ],
    [
      "another account",
      account,
      targetOf("AWS::::Account", OTHER_ACCOUNT),
      "/resource/id",
      `expected the account ${ACCOUNT}`,
    ],
  ];
  test.each(refused)("%s", (_, each, target, path, message) => {
    const checked = each.check(target);
    expect(checked).toMatchObject({ ok: false, error: { code: "remediation.target-invalid", path } });
    if (checked.ok) return;
    expect(checked.error.message).toContain(message);
    expect(checked.error.message.length).toBeLessThan(250);
  });
});

test("a state of another remediation is a bug, and throws", () => {
  const target = targetOf("AWS::SNS::Topic", "alerts");
  expect(() => topic.change({ configuration: null }, target)).toThrow();
  expect(() => topic.undo({ before: { policy: null }, current: {}, target })).toThrow();
});
