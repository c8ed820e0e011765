import { expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import { deniesEveryone } from "./denies-everyone.ts";
import { parsePolicyDocument } from "./parse-policy-document.ts";
import { requiresTls, withTlsRequired } from "./requires-tls.ts";
import { withoutPublic } from "./without-public.ts";

function parsed(source: unknown) {
  const result = parsePolicyDocument(source);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function cut(source: JsonObject) {
  const result = withoutPublic(source);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const ROLE = "arn:aws:iam::123456789012:role/reader";
const keep = { Effect: "Allow", Principal: { AWS: [ROLE] }, Action: ["s3:GetObject"], Resource: "arn:aws:s3:::b/*" };
const open = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" };

test("what is public goes, and all else stays as it is written", () => {
  const source = { Version: "2012-10-17", Id: "x", Statement: [keep, { Sid: "A", ...open }, { Sid: "A", ...keep }] };
  const { document, removed } = cut(source);
  expect(document).toEqual({ ...source, Statement: [keep, { Sid: "A", ...keep }] });
  expect(removed.map(({ sid }) => sid)).toEqual(["A"]);
});

test.each<[string, JsonObject, JsonObject]>([
  ["one of a list", { AWS: ["*", ROLE] }, { AWS: [ROLE] }],
  ["one of two types", { AWS: "*", Service: "sns.amazonaws.com" }, { Service: "sns.amazonaws.com" }],
  ["an ARN of any account", { AWS: ["arn:aws:iam::*:root", ROLE] }, { AWS: [ROLE] }],
])("everyone beside somebody named: %s: who is named stays", (_, Principal, left) => {
  const { document, removed, narrowed } = cut({ Statement: { ...open, Principal } });
  expect(document).toEqual({ Statement: { ...open, Principal: left } });
  expect([removed.length, narrowed.length]).toEqual([0, 1]);
});

test.each<[string, object]>([
  ["everyone", { Principal: "*" }],
  ["everyone, in a list", { Principal: { AWS: ["*"] } }],
  ["everyone but one", { Principal: undefined, NotPrincipal: { AWS: ROLE } }],
])("nothing is left of a document that only lets in %s", (_, more) => {
  const source: JsonObject = JSON.parse(JSON.stringify({ Statement: [{ ...open, ...more }] }));
  expect(cut(source)).toMatchObject({ document: null, removed: [{ effect: "Allow" }] });
});

test("a document that lets in nobody unnamed is given back itself", () => {
  const source = { Statement: [keep, { ...open, Effect: "Deny" }] };
  expect(cut(source).document).toBe(source);
});

test("what cannot be read is refused with the place", () => {
  expect(withoutPublic({ Statement: [{ ...open, Effect: "Perhaps" }] })).toMatchObject({
    ok: false,
    error: { code: "policy-document.invalid", path: "/Statement/0/Effect" },
  });
});

test.each<[string, object, boolean]>([
  ["everything to everyone", { Principal: "*", Action: "s3:*" }, true],
  ["that action, in any case", { Principal: { AWS: "*" }, Action: "S3:putbucketpolicy" }, true],
  ["all but reads", { Principal: "*", NotAction: "s3:Get*" }, true],
  ["another action", { Principal: "*", Action: "s3:GetObject" }, false],
  [
    "under a condition",
    { Principal: "*", Action: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
    false,
  ],
  ["to everyone but some", { NotPrincipal: { AWS: ROLE }, Action: "*" }, false],
  ["to one", { Principal: { AWS: ROLE }, Action: "*" }, false],
  ["nothing: it allows", { Effect: "Allow", Principal: "*", Action: "*" }, false],
])("denies %s: locked out %s", (_, more, expected) => {
  const document = parsed({ Statement: { Effect: "Deny", Resource: "*", ...more } });
  expect(deniesEveryone(document, "s3:PutBucketPolicy")).toBe(expected);
});

const BUCKET = "arn:aws:s3:::reports";
const deny = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [BUCKET, `${BUCKET}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

test.each<[string, object, boolean]>([
  ["as it is usually written", {}, true],
  [
    "in other words",
    {
      Principal: { AWS: ["*"] },
      Action: ["*"],
      Resource: "*",
      Condition: { bool: { "AWS:securetransport": [false] } },
    },
    true,
  ],
  ["for the objects only", { Resource: `${BUCKET}/*` }, false],
  ["for the bucket only", { Resource: BUCKET }, false],
  ["for another bucket", { Resource: "arn:aws:s3:::other*" }, false],
  ["for reads only", { Action: "s3:Get*" }, false],
  ["for all but reads", { Action: undefined, NotAction: "s3:Get*" }, false],
  ["for one role", { Principal: { AWS: ROLE } }, false],
  [
    "with one more condition",
    { Condition: { Bool: { "aws:SecureTransport": "false", "aws:PrincipalIsAWSService": "false" } } },
    false,
  ],
  ["the wrong way round", { Condition: { Bool: { "aws:SecureTransport": "true" } } }, false],
  ["by another key", { Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } }, false],
  ["without condition", { Condition: undefined }, false],
  ["as a permission", { Effect: "Allow" }, false],
])("TLS is required %s: %s", (_, more, expected) => {
  const source: unknown = JSON.parse(JSON.stringify({ Statement: [{ ...deny, ...more }] }));
  expect(requiresTls(parsed(source), BUCKET)).toBe(expected);
});

test("two statements may share the bucket and its objects", () => {
  const Statement = [BUCKET, `${BUCKET}/*`].map((Resource) => ({ ...deny, Resource }));
  expect(requiresTls(parsed({ Statement }), BUCKET)).toBe(true);
});

test.each<[string, JsonObject | null, readonly unknown[]]>([
  ["no policy", null, []],
  ["one statement, not in a list", { Version: "2008-10-17", Statement: keep }, [keep]],
  ["two statements", { Version: "2008-10-17", Statement: [keep, open] }, [keep, open]],
])("a statement is added to %s, and the others stay", (_, source, before) => {
  const added = withTlsRequired(source, BUCKET);
  expect(added["Version"]).toBe(source?.["Version"] ?? "2012-10-17");
  expect(added["Statement"]).toEqual([...before, { Sid: "DenyWithoutTls", ...deny }]);
  expect(requiresTls(parsed(added), BUCKET)).toBe(true);
});

test("an added statement has a Sid of its own", () => {
  const taken = { Sid: "DenyWithoutTls", ...keep };
  const added = withTlsRequired({ Statement: [taken, { ...taken, Sid: "DenyWithoutTls2" }] }, BUCKET);
  expect(parsed(added).statements.map(({ sid }) => sid)).toEqual([
    "DenyWithoutTls",
    "DenyWithoutTls2",
    "DenyWithoutTls3",
  ]);
});
