import type { Json, JsonObject } from "@ephor/domain/json";
import fc from "fast-check";

const ROLE = "arn:aws:iam::444455556666:role/reader";
const ROOT = "arn:aws:iam::111122223333:root";

/** One value or a list of them, as AWS takes both. */
const oneOrList = (values: fc.Arbitrary<string>): fc.Arbitrary<Json> =>
  fc.oneof(values, fc.array(values, { minLength: 1, maxLength: 3 }));

const principal: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.constant({ Principal: "*" }),
  oneOrList(fc.constantFrom("*", ROLE, ROOT, "444455556666", "arn:aws:iam::*:root")).map((AWS) => ({
    Principal: { AWS },
  })),
  fc.constant({ Principal: { AWS: "*", Service: ["sns.amazonaws.com", "events.amazonaws.com"] } }),
  fc.constant({ NotPrincipal: { AWS: ROLE } }),
);
const condition: fc.Arbitrary<JsonObject> = fc.constantFrom(
  {},
  {},
  { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } },
  { Condition: { Bool: { "aws:SecureTransport": "false" } } },
  { Condition: { IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"] } } },
);
const statement: fc.Arbitrary<JsonObject> = fc
  .record({
    sid: fc.constantFrom({}, { Sid: "A" }, { Sid: "B" }, { Sid: "DenyWithoutTls" }),
    effect: fc.constantFrom({ Effect: "Allow" }, { Effect: "Allow" }, { Effect: "Deny" }),
    action: oneOrList(fc.constantFrom("s3:GetObject", "s3:*", "*", "s3:Put*")).map((Action) => ({ Action })),
    resource: oneOrList(fc.constantFrom("arn:aws:s3:::reports", "arn:aws:s3:::reports/*", "*")).map((Resource) => ({
      Resource,
    })),
    principal,
    condition,
  })
  .map((of) => ({ ...of.sid, ...of.effect, ...of.principal, ...of.action, ...of.resource, ...of.condition }));

/** Resource policies of several statements, or of one that is no list, their Sids missing, alike or apart. */
export const anyPolicy: fc.Arbitrary<JsonObject> = fc
  .record({
    head: fc.constantFrom({}, { Version: "2012-10-17" }, { Version: "2008-10-17", Id: "policy" }),
    Statement: fc.oneof(statement, fc.array(statement, { minLength: 1, maxLength: 4 })),
  })
  .map(({ head, Statement }) => ({ ...head, Statement }));

/** The state of a resource with a policy, or without. */
export const anyPolicyState: fc.Arbitrary<JsonObject> = fc
  .option(anyPolicy, { nil: null, freq: 8 })
  .map((policy) => ({ policy }));

/** A queue's state, which holds its URL as well. */
export const anyQueueState: fc.Arbitrary<JsonObject> = anyPolicyState.map((state) => ({
  ...state,
  queueUrl: "https://sqs.eu-west-1.amazonaws.com/111122223333/orders",
}));
