import type { JsonObject } from "@ephor/domain/json";
import { ACCOUNT, failure, targetOf } from "../cases/case.ts";

/** What IAM says to a session of a role that asks which user it is. */
export const NO_USER = failure("ValidationError", "aws.refused");

export const bob = targetOf("AWS::IAM::User", "bob", { region: "us-east-1", name: "bob" });
export const deploy = targetOf("AWS::IAM::Role", "deploy", { region: "us-east-1", name: "deploy" });
export const developers = targetOf("AWS::IAM::Group", "developers", { region: "us-east-1" });

/** What IAM answers about `bob`, asked first who asks. */
export const aUser = (more: JsonObject = {}) => ({
  GetUser: [
    NO_USER,
    {
      User: {
        ...{ Path: "/", UserName: "bob", UserId: "AIDAEXAMPLEBOB0000001", Arn: `arn:aws:iam::${ACCOUNT}:user/bob` },
        ...{ CreateDate: "2020-02-03T04:05:06.000Z", Tags: [{ Key: "team", Value: "web" }], ...more },
      },
    },
  ],
});

export const aRole = (more: JsonObject = {}) => ({
  GetRole: {
    Role: {
      ...{ Path: "/", RoleName: "deploy", RoleId: "AROAEXAMPLEDEPLOY0001", Arn: `arn:aws:iam::${ACCOUNT}:role/deploy` },
      ...{
        CreateDate: "2020-02-03T04:05:06.000Z",
        AssumeRolePolicyDocument: "%7B%7D",
        MaxSessionDuration: 3600,
        ...more,
      },
    },
  },
});

export const aGroup = (users: readonly string[] = ["alice"]) => ({
  GetUser: NO_USER,
  GetGroup: {
    Group: {
      ...{ Path: "/", GroupName: "developers", GroupId: "AGPAEXAMPLEDEV0000001" },
      ...{ Arn: `arn:aws:iam::${ACCOUNT}:group/developers`, CreateDate: "2020-02-03T04:05:06.000Z" },
    },
    Users: users.map((UserName) => ({ UserName, UserId: "AIDAEXAMPLEALICE00001" })),
    IsTruncated: false,
  },
});

export const iam = (operation: string, input: JsonObject) => ({ service: "iam" as const, operation, input });
/** A document as IAM gives it. */
export const encoded = (document: JsonObject): string => encodeURIComponent(JSON.stringify(document));
