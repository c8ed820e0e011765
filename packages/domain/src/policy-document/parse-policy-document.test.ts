import { expect, test } from "vitest";
import { POLICY_BOUNDS, parsePolicyDocument } from "./parse-policy-document.ts";
import { writePolicyDocument } from "./write-policy-document.ts";

const PUBLIC_READ = {
  Version: "2012-10-17",
  Id: "site",
  Statement: [
    {
      Sid: "Read",
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam::123456789012:root"], Service: ["cloudfront.amazonaws.com"] },
      Action: ["s3:GetObject"],
      Resource: ["arn:aws:s3:::b/*"],
      Condition: { StringEquals: { "aws:SourceAccount": ["123456789012"] }, Bool: { "aws:SecureTransport": ["true"] } },
    },
    { Effect: "Deny", NotPrincipal: "*", NotAction: ["s3:*"], NotResource: ["*"] },
  ],
};

function parsed(source: unknown) {
  const result = parsePolicyDocument(source);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

test("object, text and URL-encoded text are the same document", () => {
  const text = JSON.stringify(PUBLIC_READ);
  expect(parsed(text)).toEqual(parsed(PUBLIC_READ));
  expect(parsed(encodeURIComponent(text))).toEqual(parsed(PUBLIC_READ));
});

test("writing gives back what was parsed", () => {
  expect(writePolicyDocument(parsed(PUBLIC_READ))).toEqual(PUBLIC_READ);
});

test("single values are lists of one; numbers and booleans are their text", () => {
  const document = parsed({
    Statement: {
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: "*",
      Condition: { NumericLessThan: { "s3:max-keys": 10 }, Bool: { "aws:SecureTransport": true } },
    },
  });
  expect(document).toEqual({
    statements: [
      {
        effect: "Allow",
        principals: { kind: "only", of: [{ type: "*", id: "*" }] },
        actions: { kind: "only", of: ["s3:GetObject"] },
        resources: { kind: "only", of: ["*"] },
        conditions: [
          { operator: "NumericLessThan", key: "s3:max-keys", values: ["10"] },
          { operator: "Bool", key: "aws:SecureTransport", values: ["true"] },
        ],
      },
    ],
  });
});

const statement = (more: object) => ({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*", ...more }] });

test.each([
  ["not an object", 7, "/", "expected an object"],
  ["nothing", undefined, "/", "found nothing"],
  ["no JSON", "{", "/", "neither JSON"],
  ["bad URL encoding", "%7B%", "/", "neither JSON"],
  ["no statement", {}, "/Statement", "found nothing"],
  ["unknown key", { Statement: [], Statements: [] }, "/", 'found "Statements"'],
  ["statement is text", { Statement: "x" }, "/Statement", "expected an object"],
  ["statement is a list", { Statement: [[]] }, "/Statement/0", "found a list"],
  ["effect", statement({ Effect: "allow" }), "/Statement/0/Effect", "Allow or Deny"],
  ["no action", { Statement: [{ Effect: "Allow" }] }, "/Statement/0", "neither Action nor NotAction"],
  ["both actions", statement({ NotAction: "*" }), "/Statement/0", "both Action and NotAction"],
  ["both resources", statement({ NotResource: "*" }), "/Statement/0", "both Resource and NotResource"],
  ["principal type", statement({ Principal: { Aws: "*" } }), "/Statement/0/Principal", 'found "Aws"'],
  ["principal id", statement({ Principal: { AWS: 7 } }), "/Statement/0/Principal/AWS", "found 7"],
  ["action type", statement({ Action: [{}] }), "/Statement/0/Action", "found an object"],
  ["sid type", statement({ Sid: 1 }), "/Statement/0/Sid", "a string"],
  ["condition", statement({ Condition: [] }), "/Statement/0/Condition", "an object"],
  ["condition keys", statement({ Condition: { Bool: "x" } }), "/Statement/0/Condition/Bool", "an object"],
  ["condition value", statement({ Condition: { Bool: { k: [{}] } } }), "/Statement/0/Condition/Bool/k", "a value"],
  [
    "long value",
    statement({ Action: "x".repeat(POLICY_BOUNDS.valueCharactersMax + 1) }),
    "/Statement/0/Action",
    "4097",
  ],
  ["many values", statement({ Action: Array(POLICY_BOUNDS.valuesMax + 1).fill("*") }), "/Statement/0/Action", "5001"],
  ["many statements", { Statement: Array(POLICY_BOUNDS.statementsMax + 1).fill({}) }, "/Statement", "2001"],
  ["long text", " ".repeat(POLICY_BOUNDS.textCharactersMax + 1), "/", "at most"],
])("%s is refused with its place and reason", (_, source, path, reason) => {
  const result = parsePolicyDocument(source);
  expect(result).toMatchObject({ ok: false, error: { code: "policy-document.invalid", path } });
  expect(result.ok || result.error.message).toContain(reason);
});
