import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { awsCliCommand, cliOperation } from "./aws-cli.ts";

test.each([
  ["RevokeSecurityGroupIngress", "revoke-security-group-ingress"],
  ["ModifyDBInstance", "modify-db-instance"],
  ["PutPublicAccessBlock", "put-public-access-block"],
  ["UpdateAccessKey", "update-access-key"],
  ["DeleteBucketPolicy", "delete-bucket-policy"],
  ["EnableEbsEncryptionByDefault", "enable-ebs-encryption-by-default"],
])("%s is %s", (operation, command) => {
  expect(cliOperation(operation)).toBe(command);
});

test("services have the CLI's names, and what is no Region is left out", () => {
  const input = { Bucket: "b" };
  expect(awsCliCommand({ service: "s3", operation: "DeleteBucketPolicy", input }, "eu-west-1")).toBe(
    `aws s3api delete-bucket-policy --region eu-west-1 --cli-input-json '{"Bucket":"b"}'`,
  );
  expect(awsCliCommand({ service: "iam", operation: "UpdateAccessKey", input: {} }, "global; rm")).toBe(
    "aws iam update-access-key --cli-input-json '{}'",
  );
});

test("what an earlier call answers is named for a person", () => {
  const input = { Ids: [{ $from: { call: 0, path: "/GroupId" } }] };
  expect(awsCliCommand({ service: "ec2", operation: "X", input }, "eu-west-1")).toContain(`["<GroupId of call 1>"]`);
});

test("whatever stands in a plan is one word of a shell", () => {
  const input = { Name: `it's "$(touch x)" \`id\` ; \\ \n end` };
  const command = awsCliCommand({ service: "ec2", operation: "X", input }, "eu-west-1");
  const words = execFileSync("/bin/sh", ["-c", `printf '%s' ${command.slice(command.indexOf("'"))}`], {
    encoding: "utf8",
  });
  expect(JSON.parse(words)).toEqual(input);
});
