import type { AwsRequest } from "@ephor/domain/aws-call";
import { afterEach, describe, expect, test, vi } from "vitest";
import { awsCall } from "./aws-call.ts";
import { ANSWER_BYTES_MAX, connections } from "./request-handler.ts";
import { type AnswerOfAws, awsServer, cut, json, reset, silent, xml } from "./testing/aws-server.ts";

const CREDENTIALS = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };
const random = { bytes: (count: number) => new Uint8Array(count) };

async function ask(request: AwsRequest, ...answers: readonly [AnswerOfAws, ...AnswerOfAws[]]) {
  await using server = await awsServer(...answers);
  vi.stubEnv("AWS_ENDPOINT_URL", server.endpoint);
  let expired = 0;
  const call = awsCall(
    { connections: connections(), random, wait: async () => undefined, timeoutMs: 500 },
    { region: "eu-central-1", credentials: CREDENTIALS, onExpired: () => expired++ },
  );
  const answer = await call(request);
  return { answer, asked: server.asked, expired };
}
afterEach(() => vi.unstubAllEnvs());

const readGroups: AwsRequest = {
  service: "ec2",
  operation: "DescribeSecurityGroups",
  input: { GroupIds: ["sg-1"] },
};
const revoke: AwsRequest = {
  service: "ec2",
  operation: "RevokeSecurityGroupIngress",
  input: { GroupId: "sg-1", SecurityGroupRuleIds: ["sgr-1"] },
};
const ec2Error = (status: number, code: string) =>
  xml(status, `<Response><Errors><Error><Code>${code}</Code><Message>said so</Message></Error></Errors></Response>`);
const queryError = (status: number, code: string) =>
  xml(
    status,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
  );
const s3Error = (status: number, code: string) =>
  xml(status, `<Error><Code>${code}</Code><Message>no</Message></Error>`);
const jsonError = (status: number, code: string) => json(status, JSON.stringify({ __type: code, message: "no" }));

describe("answers", () => {
  test("of EC2's protocol come as plain data, without $metadata", async () => {
    const groups = "<item><groupId>sg-1</groupId><groupName>web</groupName></item>";
    const { answer, asked } = await ask(
      readGroups,
      xml(
        200,
        `<DescribeSecurityGroupsResponse><securityGroupInfo>${groups}</securityGroupInfo></DescribeSecurityGroupsResponse>`,
      ),
    );
    expect(answer).toEqual({ ok: true, value: { SecurityGroups: [{ GroupId: "sg-1", GroupName: "web" }] } });
    expect(asked[0]?.body).toMatch(/Action=DescribeSecurityGroups&.*GroupId.1=sg-1/);
    expect(asked[0]?.headers["x-amz-security-token"]).toBe("token");
  });

  test("tell times as RFC 3339", async () => {
    const member = "<member><UserName>a</UserName><CreateDate>2024-02-03T04:05:06Z</CreateDate></member>";
    const { answer } = await ask(
      { service: "iam", operation: "ListAccessKeys", input: { UserName: "a" } },
      xml(
        200,
        `<ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata>${member}</AccessKeyMetadata></ListAccessKeysResult></ListAccessKeysResponse>`,
      ),
    );
    expect(answer).toMatchObject({
      ok: true,
      value: { AccessKeyMetadata: [{ CreateDate: "2024-02-03T04:05:06.000Z" }] },
    });
  });

  test("of JSON protocols come as plain data", async () => {
    const { answer, asked } = await ask(
      { service: "kms", operation: "DescribeKey", input: { KeyId: "k" } },
      json(200, JSON.stringify({ KeyMetadata: { KeyId: "k", CreationDate: 1_700_000_000, Enabled: true } })),
    );
    expect(answer).toMatchObject({
      value: { KeyMetadata: { KeyId: "k", CreationDate: "2023-11-14T22:13:20.000Z", Enabled: true } },
    });
    expect(asked[0]?.headers["x-amz-target"]).toBe("TrentService.DescribeKey");
  });

  test("of S3 and S3 Control come as plain data, from the endpoint that is set", async () => {
    const block = "<BlockPublicAcls>true</BlockPublicAcls>";
    const xmlBlock = `<PublicAccessBlockConfiguration>${block}</PublicAccessBlockConfiguration>`;
    const bucket = await ask(
      { service: "s3", operation: "GetPublicAccessBlock", input: { Bucket: "b1" } },
      xml(200, xmlBlock),
    );
    expect(bucket.answer).toMatchObject({ value: { PublicAccessBlockConfiguration: { BlockPublicAcls: true } } });
    const account = await ask(
      { service: "s3-control", operation: "GetPublicAccessBlock", input: { AccountId: "111122223333" } },
      xml(200, xmlBlock),
    );
    expect(account.answer).toMatchObject({ value: { PublicAccessBlockConfiguration: { BlockPublicAcls: true } } });
    expect(account.asked[0]).toMatchObject({ url: "/v20180820/configuration/publicAccessBlock" });
    expect(account.asked[0]?.host).toMatch(/^111122223333\.localhost:/);
  });
});

describe("refusals", () => {
  const cases: readonly [string, AwsRequest, AnswerOfAws, { code: string; awsCode: string }][] = [
    [
      "EC2: not there",
      revoke,
      ec2Error(400, "InvalidGroup.NotFound"),
      { code: "aws.not-found", awsCode: "InvalidGroup.NotFound" },
    ],
    [
      "EC2: denied",
      revoke,
      ec2Error(403, "UnauthorizedOperation"),
      { code: "aws.denied", awsCode: "UnauthorizedOperation" },
    ],
    [
      "EC2: busy, with the status of a fault",
      revoke,
      ec2Error(503, "RequestLimitExceeded"),
      { code: "aws.throttled", awsCode: "RequestLimitExceeded" },
    ],
    [
      "EC2: refused",
      revoke,
      ec2Error(400, "InvalidParameterValue"),
      { code: "aws.refused", awsCode: "InvalidParameterValue" },
    ],
    [
      "IAM: not there, by AWS's own name",
      {
        service: "iam",
        operation: "UpdateAccessKey",
        input: { AccessKeyId: "AKIAIOSFODNN7EXAMPLE", Status: "Inactive" },
      },
      queryError(404, "NoSuchEntity"),
      { code: "aws.not-found", awsCode: "NoSuchEntity" },
    ],
    [
      "IAM: a quota is no throttle",
      {
        service: "iam",
        operation: "UpdateAccessKey",
        input: { AccessKeyId: "AKIAIOSFODNN7EXAMPLE", Status: "Inactive" },
      },
      queryError(409, "LimitExceeded"),
      { code: "aws.refused", awsCode: "LimitExceeded" },
    ],
    [
      "S3: no policy",
      { service: "s3", operation: "GetBucketPolicy", input: { Bucket: "b1" } },
      s3Error(404, "NoSuchBucketPolicy"),
      { code: "aws.not-found", awsCode: "NoSuchBucketPolicy" },
    ],
    [
      "S3: no encryption",
      { service: "s3", operation: "GetBucketEncryption", input: { Bucket: "b1" } },
      s3Error(404, "ServerSideEncryptionConfigurationNotFoundError"),
      { code: "aws.not-found", awsCode: "ServerSideEncryptionConfigurationNotFoundError" },
    ],
    [
      "KMS: denied",
      { service: "kms", operation: "EnableKeyRotation", input: { KeyId: "k" } },
      jsonError(400, "AccessDeniedException"),
      { code: "aws.denied", awsCode: "AccessDeniedException" },
    ],
    [
      "KMS: not there",
      { service: "kms", operation: "DescribeKey", input: { KeyId: "k" } },
      jsonError(400, "NotFoundException"),
      { code: "aws.not-found", awsCode: "NotFoundException" },
    ],
    [
      "SNS: not there",
      {
        service: "sns",
        operation: "GetTopicAttributes",
        input: { TopicArn: "arn:aws:sns:eu-central-1:111122223333:t" },
      },
      queryError(404, "NotFound"),
      { code: "aws.not-found", awsCode: "NotFound" },
    ],
  ];
  test.each(cases)("%s", async (_, request, answer, expected) => {
    expect((await ask(request, answer)).answer).toMatchObject({ ok: false, error: expected });
  });

  test("of credentials that have expired are told, so that new ones are fetched", async () => {
    const { answer, expired } = await ask(revoke, ec2Error(400, "ExpiredToken"));
    expect(answer).toMatchObject({ error: { code: "aws.denied" } });
    expect(expired).toBe(1);
  });

  test("before anything was sent are refusals, not unknown outcomes", async () => {
    const { answer, asked } = await ask(
      { service: "s3", operation: "PutBucketPolicy", input: { Policy: "{}" } },
      reset,
    );
    expect(answer).toMatchObject({ ok: false, error: { code: "aws.refused" } });
    expect(asked).toEqual([]);
  });

  test("an operation that no remediation uses cannot be called", async () => {
    const { answer, asked } = await ask({ service: "iam", operation: "CreateUser", input: { UserName: "x" } }, reset);
    expect(answer).toMatchObject({ ok: false, error: { code: "aws.refused", awsCode: "UnknownOperation" } });
    const inherited = await ask({ service: "iam", operation: "constructor", input: {} }, reset);
    expect(inherited.answer).toMatchObject({ ok: false, error: { code: "aws.refused" } });
    expect(asked).toEqual([]);
  });
});

describe("a call whose answer is lost", () => {
  const lost: readonly [string, AnswerOfAws][] = [
    ["a reset", reset],
    ["an answer that is cut", cut],
    ["silence", silent],
    ["a fault of the service", ec2Error(500, "InternalError")],
    ["a gateway's page", xml(502, "<html>bad gateway</html>")],
    ["an answer that is too large", xml(200, `<a>${"x".repeat(ANSWER_BYTES_MAX)}</a>`)],
    ["an answer that cannot be read", xml(200, "<RevokeSecurityGroupIngressResponse><return>")],
  ];
  test.each(lost)("after %s, a change has an unknown outcome and is not sent again", async (_, answer) => {
    const { answer: told, asked } = await ask(revoke, answer);
    expect(told).toMatchObject({ ok: false, error: { code: "aws.unknown-outcome" } });
    expect(asked).toHaveLength(1);
  });

  const passing: readonly [string, AnswerOfAws][] = [
    ["a reset", reset],
    ["an answer that is cut", cut],
    ["a fault of the service", ec2Error(500, "InternalError")],
    ["a throttle", ec2Error(503, "RequestLimitExceeded")],
  ];
  test.each(passing)("after %s, a read is made again", async (_, answer) => {
    const good = xml(200, "<DescribeSecurityGroupsResponse><securityGroupInfo/></DescribeSecurityGroupsResponse>");
    const { answer: told, asked } = await ask(readGroups, answer, answer, good);
    expect(told).toMatchObject({ ok: true });
    expect(asked).toHaveLength(3);
  });

  test("a read that never succeeds says that it may later", async () => {
    const { answer, asked } = await ask(readGroups, reset);
    expect(answer).toMatchObject({ ok: false, error: { code: "aws.throttled" } });
    expect(asked).toHaveLength(5);
  });

  test("a read whose answer is too large is refused at once", async () => {
    const { answer, asked } = await ask(readGroups, xml(200, `<a>${"x".repeat(ANSWER_BYTES_MAX)}</a>`));
    expect(answer).toMatchObject({ ok: false, error: { code: "aws.refused", awsCode: "AnswerTooLarge" } });
    expect(asked).toHaveLength(1);
  });

  test("where no connection came about, a change may be asked for later", async () => {
    let endpoint = "";
    {
      await using server = await awsServer(silent);
      endpoint = server.endpoint;
    }
    vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
    const call = awsCall(
      { connections: connections(), random },
      { region: "eu-central-1", credentials: CREDENTIALS, onExpired: () => undefined },
    );
    expect(await call(revoke)).toMatchObject({ ok: false, error: { code: "aws.throttled" } });
  });
});
