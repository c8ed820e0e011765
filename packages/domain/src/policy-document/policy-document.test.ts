import { expect, test } from "vitest";
import { canonicalPolicy, samePolicy } from "./canonical-policy.ts";
import { externalPrincipals } from "./external-principals.ts";
import { adminStatements, coversAction, grantsAdmin } from "./grants-admin.ts";
import { isPublicStatement } from "./is-public-statement.ts";
import { matchesAction, matchesWildcard } from "./matches-wildcard.ts";
import { parsePolicyDocument } from "./parse-policy-document.ts";
import { removeStatements } from "./remove-statements.ts";
import { writePolicyDocument } from "./write-policy-document.ts";

function parsed(source: unknown) {
  const result = parsePolicyDocument(source);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const one = (source: object) => parsed({ Statement: [{ Effect: "Allow", ...source }] });

test.each<[string, object, boolean]>([
  ["*", { Action: "*", Resource: "*" }, true],
  ["*:*", { Action: ["s3:GetObject", "*:*"], Resource: ["*"] }, true],
  [
    "with a condition",
    { Action: "*", Resource: "*", Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } },
    true,
  ],
  ["all but some resource", { Action: "*", NotResource: "arn:aws:s3:::x" }, true],
  ["all but all resources", { Action: "*", NotResource: "*" }, false],
  ["all but billing", { NotAction: "aws-portal:*", Resource: "*" }, true],
  ["all but IAM", { NotAction: ["iam:*", "organizations:*"], Resource: "*" }, false],
  ["all but one way to escalate", { NotAction: "iam:PutUserPolicy", Resource: "*" }, true],
  ["one service", { Action: "s3:*", Resource: "*" }, false],
  ["many services", { Action: ["iam:*", "s3:*", "ec2:*"], Resource: "*" }, false],
  ["one resource", { Action: "*", Resource: "arn:aws:s3:::x" }, false],
  ["no resource", { Action: "*" }, false],
  ["a denial", { Effect: "Deny", Action: "*", Resource: "*" }, false],
])("%s: admin %#", (_, source, expected) => {
  expect(one(source).statements.some(grantsAdmin)).toBe(expected);
  expect(adminStatements(one(source))).toHaveLength(expected ? 1 : 0);
});

test.each([
  ["s3:*", "s3:GetObject", true],
  ["S3:getobject", "s3:GetObject", true],
  ["s3:Get*", "s3:PutObject", false],
  ["s3:Get?bject", "s3:GetObject", true],
  ["s3:Get?", "s3:Get", false],
  ["*", "iam:CreateUser", true],
  ["iam:*User*", "iam:CreateUserX", true],
  ["iam:*a*b*c", "iam:xxaxxbxxbxxc", true],
  ["iam:*a*b*d", "iam:xxaxxbxxbxxc", false],
  ["", "s3:GetObject", false],
])("action %s matches %s: %s", (pattern, action, expected) => expect(matchesAction(pattern, action)).toBe(expected));

test("a hostile wildcard comes back", () => {
  expect(matchesWildcard(`${"*a".repeat(2000)}b`, "a".repeat(20_000))).toBe(false);
});

test("NotAction covers what it does not list", () => {
  const { statements } = one({ NotAction: "s3:*", Resource: "*" });
  expect(statements.map((each) => [coversAction(each, "S3:GetObject"), coversAction(each, "iam:PassRole")])).toEqual([
    [false, true],
  ]);
});

test("only the offending statement goes; the others stay as and where they were", () => {
  const keep = [
    { Sid: "A", Effect: "Allow", Principal: { AWS: ["123456789012"] }, Action: ["s3:*"], Resource: ["*"] },
    { Sid: "C", Effect: "Deny", Principal: "*", Action: ["s3:*"], Resource: ["*"] },
  ];
  const open = { Sid: "B", Effect: "Allow", Principal: "*", Action: ["s3:GetObject"], Resource: ["*"] };
  const { document, removed } = removeStatements(parsed({ Statement: [keep[0], open, keep[1]] }), isPublicStatement);
  expect(document && writePolicyDocument(document)).toEqual({ Statement: keep });
  expect(removed.map((each) => each.sid)).toEqual(["B"]);
});

test("a document with nothing left is no document", () => {
  const all = removeStatements(one({ Principal: "*", Action: "*", Resource: "*" }), isPublicStatement);
  expect(all.document).toBeNull();
  expect(all.removed).toHaveLength(1);
});

test("a document without offenders stays whole", () => {
  const document = one({ Action: "s3:GetObject", Resource: "*" });
  expect(removeStatements(document, isPublicStatement)).toEqual({ document, removed: [] });
});

const SAMPLE = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "A",
      Effect: "Allow",
      Principal: { AWS: ["123456789012", "*"] },
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceVpce": ["vpce-1", "vpce-2"] } },
    },
    { Effect: "Deny", Principal: "*", NotAction: "s3:*", NotResource: "*" },
  ],
};

test("order, case, single or list, and spellings of a principal make no difference", () => {
  const respelled = {
    Statement: [
      { NotResource: ["*"], NotAction: ["S3:*"], Principal: { AWS: "*" }, Effect: "Deny" },
      {
        Effect: "Allow",
        Sid: "A",
        Condition: { stringequals: { "AWS:sourcevpce": ["vpce-2", "vpce-1", "vpce-1"] } },
        Principal: { AWS: ["*", "arn:aws:iam::123456789012:root"] },
        Action: ["s3:putobject", "s3:getobject"],
        Resource: ["*"],
      },
    ],
    Version: "2012-10-17",
  };
  expect(samePolicy(parsed(SAMPLE), parsed(respelled))).toBe(true);
});

test.each<[string, object]>([
  ["version", { Version: "2008-10-17" }],
  ["a statement less", { Statement: [SAMPLE.Statement[0]] }],
  ["effect", { Statement: [{ ...SAMPLE.Statement[0], Effect: "Deny" }, SAMPLE.Statement[1]] }],
  ["resource case", { Statement: [{ ...SAMPLE.Statement[0], Resource: "arn:aws:s3:::B" }, SAMPLE.Statement[1]] }],
  [
    "a role of the account",
    { Statement: [{ ...SAMPLE.Statement[0], Principal: { AWS: "arn:aws:iam::123456789012:role/x" } }] },
  ],
])("a different %s makes a different document", (_, change) => {
  expect(samePolicy(parsed(SAMPLE), parsed({ ...SAMPLE, ...change }))).toBe(false);
});

test("a missing version is the old one", () => {
  expect(canonicalPolicy(one({ Action: "*" }))).toBe(
    canonicalPolicy({ ...one({ Action: "*" }), version: "2008-10-17" }),
  );
});

test("principals of other accounts are named, with what can be known of their account", () => {
  const document = parsed({
    Statement: [
      {
        Sid: "Mixed",
        Effect: "Allow",
        Principal: {
          AWS: ["111111111111", "arn:aws:iam::222222222222:role/x", "*", "AIDAEXAMPLEUNIQUEID00"],
          Service: "lambda.amazonaws.com",
          Federated: ["accounts.google.com", "arn:aws:iam::333333333333:saml-provider/idp"],
          CanonicalUser: "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
        },
        Action: "*",
      },
      { Effect: "Allow", Principal: { AWS: "444444444444" }, Action: "*" },
      { Effect: "Deny", Principal: { AWS: "555555555555" }, Action: "*" },
      { Effect: "Allow", NotPrincipal: { AWS: "555555555555" }, Action: "*" },
    ],
  });
  const found = externalPrincipals(document, new Set(["111111111111"]));
  expect(found.map(({ principal, account, sid }) => [principal.id.slice(0, 12), account, sid])).toEqual([
    ["arn:aws:iam:", "222222222222", "Mixed"],
    ["AIDAEXAMPLEU", undefined, "Mixed"],
    ["arn:aws:iam:", "333333333333", "Mixed"],
    ["79a59df900b9", undefined, "Mixed"],
    ["444444444444", "444444444444", undefined],
  ]);
});
