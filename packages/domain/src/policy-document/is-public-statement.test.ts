import { expect, test } from "vitest";
import { publicStatements } from "./is-public-statement.ts";
import { parsePolicyDocument } from "./parse-policy-document.ts";

function parsed(source: unknown) {
  const result = parsePolicyDocument(source);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** `more` over a statement for everyone; an undefined element is left out. */
function isPublic(more: object): boolean {
  const source = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*", ...more };
  return publicStatements(parsed(JSON.stringify({ Statement: source }))).length > 0;
}

test.each<[string, object, boolean]>([
  ["everyone", {}, true],
  ["everyone in AWS", { Principal: { AWS: "*" } }, true],
  ["everyone among others", { Principal: { AWS: ["123456789012", "*"] } }, true],
  ["an ARN of any account", { Principal: { AWS: "arn:aws:iam::*:root" } }, true],
  ["everyone but one", { Principal: undefined, NotPrincipal: { AWS: "123456789012" } }, true],
  ["one account", { Principal: { AWS: "arn:aws:iam::123456789012:root" } }, false],
  ["a service", { Principal: { Service: "cloudtrail.amazonaws.com" } }, false],
  ["a web identity", { Principal: { Federated: "accounts.google.com" } }, false],
  ["a denial to everyone", { Effect: "Deny" }, false],
  ["an identity policy", { Principal: undefined }, false],
  ["no action", { Action: [] }, false],
])("%s", (_, more, expected) => {
  expect(isPublic(more)).toBe(expected);
});

const ORG_PATH = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*";

test.each<[string, string, unknown, boolean]>([
  ["StringEquals", "aws:SourceAccount", "123456789012", false],
  ["StringEquals", "AWS:SourceOwner", "123456789012", false],
  ["StringEqualsIgnoreCase", "aws:PrincipalOrgID", "o-a1b2c3d4e5", false],
  ["StringEquals", "aws:SourceVpc", "vpc-91237329", false],
  ["StringLike", "aws:SourceVpc", "vpc-*", true],
  ["StringEquals", "aws:SourceVpce", ["vpce-1", "vpce-2"], false],
  ["StringLike", "aws:SourceVpce", ["vpce-1", "*"], true],
  ["StringEquals", "aws:SourceVpce", [], true],
  ["StringEquals", "aws:userid", "AROAEXAMPLEID:session", false],
  ["StringLike", "aws:userid", "AROAEXAMPLEID:*", true],
  ["StringEquals", "kms:CallerAccount", "123456789012", false],
  ["StringEquals", "aws:PrincipalAccount", "$".concat("{aws:SourceAccount}"), true],
  ["ArnEquals", "aws:SourceArn", "arn:aws:sns:eu-west-1:123456789012:topic", false],
  ["ArnLike", "aws:SourceArn", "arn:aws:sns:*:123456789012:*", false],
  ["ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:bucket", true],
  ["ArnLike", "aws:SourceArn", "arn:aws:s3:::bucket", false],
  ["ArnLike", "aws:SourceArn", "*", true],
  ["StringLike", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/*", false],
  ["StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/admin", true],
  ["StringLike", "s3:DataAccessPointArn", "arn:aws:s3:us-west-2:123456789012:accesspoint/*", false],
  ["IpAddress", "aws:SourceIp", "203.0.113.0/24", false],
  ["IpAddress", "aws:SourceIp", "203.0.113.7", false],
  ["IpAddress", "aws:SourceIp", "10.0.0.0/8", false],
  ["IpAddress", "aws:SourceIp", "0.0.0.0/0", true],
  ["IpAddress", "aws:SourceIp", "0.0.0.0/1", true],
  ["IpAddress", "aws:SourceIp", ["203.0.113.0/24", "::/0"], true],
  ["IpAddress", "aws:SourceIp", "2001:db8::/32", false],
  ["IpAddress", "aws:SourceIp", "2001::/16", true],
  ["IpAddress", "aws:SourceIp", "anywhere", true],
  ["IpAddress", "aws:SourceIp", "10.0.0.0/x", true],
  ["NotIpAddress", "aws:SourceIp", "203.0.113.0/24", true],
  ["StringNotEquals", "aws:SourceVpce", "vpce-1", true],
  ["StringEqualsIfExists", "aws:SourceVpce", "vpce-1", true],
  ["ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5", true],
  ["ForAnyValue:StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5", true],
  ["ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ORG_PATH, false],
  ["ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-*", true],
  ["ForAllValues:StringLike", "aws:PrincipalOrgPaths", ORG_PATH, true],
  ["Bool", "aws:SecureTransport", "true", true],
  ["Null", "aws:PrincipalOrgID", "false", true],
  ["StringLike", "s3:prefix", "home/", true],
])("for everyone with %s %s %j: public %s", (operator, key, value, expected) => {
  expect(isPublic({ Condition: { [operator]: { [key]: value } } })).toBe(expected);
});

test("one condition that restricts is enough", () => {
  const Condition = { Bool: { "aws:SecureTransport": "true" }, StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } };
  expect(isPublic({ Condition })).toBe(false);
});
