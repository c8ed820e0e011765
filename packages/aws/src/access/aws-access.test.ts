import { ephorError } from "@ephor/domain/error";
import { err, ok } from "@ephor/domain/result";
import { timestamp } from "@ephor/domain/time";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type AwsAccessDeps, awsAccess } from "./aws-access.ts";
import { type AnswerOfAws, type AskedOfAws, awsServer, xml } from "./testing/aws-server.ts";

const ACCOUNT = "111122223333";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/ephor-remediation`;
const START_MS = Date.parse("2026-01-01T00:00:00.000Z");
const MINUTE_MS = 60_000;
const ACTIONS = ["ec2:RevokeSecurityGroupIngress", "ec2:DescribeSecurityGroups"];
const opening = { account: ACCOUNT, region: "eu-central-1", actions: ACTIONS, sessionName: "ephor-fnd_1" };

const assumed = (expiresMs: number, key = "ASIAONE") =>
  `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${new Date(expiresMs).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
const identity = (account: string) =>
  `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
const denied = xml(
  403,
  "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>",
);
const groups = "<DescribeSecurityGroupsResponse><securityGroupInfo/></DescribeSecurityGroupsResponse>";

async function world(given: { sts: AnswerOfAws; ec2?: AnswerOfAws } & Partial<AwsAccessDeps>) {
  const { sts, ec2 = xml(200, groups), ...more } = given;
  const server = await awsServer((asked, answer) => (isSts(asked) ? sts : ec2)(asked, answer));
  vi.stubEnv("AWS_ENDPOINT_URL", server.endpoint);
  const clock = { ms: START_MS, now: () => timestamp(clock.ms) };
  const access = awsAccess({
    clock,
    random: { bytes: (count) => new Uint8Array(count) },
    accounts: { [ACCOUNT]: { roleArn: ROLE, externalId: "env:EXTERNAL_ID" } },
    secretOf: async () => ok("shared-word"),
    credentials: { accessKeyId: "AKIAOWN", secretAccessKey: "secret" },
    wait: async () => undefined,
    ...more,
  });
  const toSts = () => server.asked.filter(isSts);
  return { access, clock, server, toSts, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
const isSts = ({ body }: AskedOfAws) => /Action=(?:AssumeRole|GetCallerIdentity)\b/.test(body);
const formOf = (asked: AskedOfAws | undefined) => Object.fromEntries(new URLSearchParams(asked?.body));
const readGroups = { service: "ec2", operation: "DescribeSecurityGroups", input: {} } as const;
const signedBy = (asked: AskedOfAws | undefined) => /Credential=(\w+)/.exec(String(asked?.headers.authorization))?.[1];

afterEach(() => vi.unstubAllEnvs());

describe("with a role", () => {
  test("a session is the role's, for a quarter of an hour, of these actions in this Region and no more", async () => {
    await using w = await world({ sts: xml(200, assumed(START_MS + 15 * MINUTE_MS)) });
    const opened = await w.access.open(opening);
    const form = formOf(w.toSts()[0]);
    expect(form).toMatchObject({
      RoleArn: ROLE,
      RoleSessionName: "ephor-fnd_1",
      DurationSeconds: "900",
      ExternalId: "shared-word",
    });
    expect(JSON.parse(form["Policy"] ?? "")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["ec2:DescribeSecurityGroups", "ec2:RevokeSecurityGroupIngress"],
          Resource: "*",
          Condition: { StringEquals: { "aws:RequestedRegion": "eu-central-1" } },
        },
      ],
    });
    expect(opened.ok && (await opened.value(readGroups))).toMatchObject({ ok: true });
    expect(signedBy(w.server.asked.at(-1))).toBe("ASIAONE");
  });

  test("IAM's actions are allowed where IAM is", async () => {
    await using w = await world({ sts: xml(200, assumed(START_MS + 15 * MINUTE_MS)) });
    await w.access.open({ ...opening, actions: ["iam:UpdateAccessKey", "ec2:DescribeInstances"] });
    const { Statement } = JSON.parse(formOf(w.toSts()[0])["Policy"] ?? "");
    expect(Statement).toMatchObject([
      { Action: ["ec2:DescribeInstances"], Condition: { StringEquals: { "aws:RequestedRegion": "eu-central-1" } } },
      { Action: ["iam:UpdateAccessKey"], Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } } },
    ]);
  });

  test("a session is used until five minutes before its end, then another is fetched", async () => {
    await using w = await world({ sts: xml(200, assumed(START_MS + 15 * MINUTE_MS)) });
    await Promise.all([w.access.open(opening), w.access.open(opening)]);
    w.clock.ms += 9.9 * MINUTE_MS;
    await w.access.open(opening);
    expect(w.toSts()).toHaveLength(1);
    w.clock.ms += MINUTE_MS;
    await w.access.open(opening);
    expect(w.toSts()).toHaveLength(2);
  });

  test("other actions, another Region and another finding get sessions of their own", async () => {
    await using w = await world({ sts: xml(200, assumed(START_MS + 15 * MINUTE_MS)) });
    await w.access.open(opening);
    await w.access.open({ ...opening, actions: ["ec2:DescribeSecurityGroups"] });
    await w.access.open({ ...opening, region: "eu-west-1" });
    await w.access.open({ ...opening, sessionName: "ephor-fnd_2" });
    expect(w.toSts()).toHaveLength(4);
  });

  test("a session that AWS no longer knows is not used again", async () => {
    const expired = xml(400, "<Response><Errors><Error><Code>ExpiredToken</Code></Error></Errors></Response>");
    await using w = await world({ sts: xml(200, assumed(START_MS + 15 * MINUTE_MS)), ec2: expired });
    const opened = await w.access.open(opening);
    expect(opened.ok && (await opened.value(readGroups))).toMatchObject({ error: { code: "aws.denied" } });
    await w.access.open(opening);
    expect(w.toSts()).toHaveLength(2);
  });

  test("a role that does not trust us is told with what to check, without the external id", async () => {
    await using w = await world({ sts: denied });
    const opened = await w.access.open(opening);
    expect(opened).toMatchObject({ ok: false, error: { code: "remediation.no-access" } });
    const said = opened.ok ? "" : opened.error.message;
    expect(said).toContain(`${ROLE} cannot be assumed; check its trust and external id: AccessDenied`);
    expect(said).not.toContain("shared-word");
  });

  test("a refusal is not kept", async () => {
    await using w = await world({ sts: denied });
    await w.access.open(opening);
    await w.access.open(opening);
    expect(w.toSts()).toHaveLength(2);
  });

  test("STS that fails is no refusal", async () => {
    await using w = await world({
      sts: xml(500, "<ErrorResponse><Error><Code>InternalFailure</Code></Error></ErrorResponse>"),
    });
    expect(await w.access.open(opening)).toMatchObject({ ok: false, error: { code: "aws.unavailable" } });
  });

  const refused: readonly [string, Partial<typeof opening>, Partial<AwsAccessDeps>, RegExp][] = [
    ["an account that is not listed", { account: "999988887777" }, {}, /999988887777 is none of the accounts/],
    ["an account named like a member of every object", { account: "constructor" }, {}, /is none of the accounts/],
    [
      "a role of another account",
      {},
      { accounts: { [ACCOUNT]: { roleArn: ROLE.replace(ACCOUNT, "999988887777") } } },
      /is no role of account/,
    ],
    ["no action", { actions: [] }, {}, /names no action/],
    [
      "a policy over the limit",
      { actions: Array.from({ length: 90 }, (_, at) => `ec2:DescribeSomethingLong${at}`) },
      {},
      /has \d{4} characters, expected 1 to 2048/,
    ],
    ["what is no Region", { region: "eu-central-1.evil.example" }, {}, /is no Region/],
    ["a session name with a space", { sessionName: "ephor x" }, {}, /is no name of a session/],
    [
      "an external id that cannot be read",
      {},
      { secretOf: async () => err(ephorError("secret.unset", "EXTERNAL_ID is not set")) },
      /external id of 111122223333 cannot be read: EXTERNAL_ID is not set/,
    ],
  ];
  test.each(refused)("%s is refused before anything is asked of AWS", async (_, of, deps, expected) => {
    await using w = await world({ sts: denied, ...deps });
    const opened = await w.access.open({ ...opening, ...of });
    expect(opened).toMatchObject({ ok: false, error: { code: "remediation.no-access" } });
    expect(opened.ok ? "" : opened.error.message).toMatch(expected);
    expect(w.server.asked).toEqual([]);
  });
});

describe("without a role", () => {
  const accounts = { [ACCOUNT]: {} };

  test("Ephor's own credentials are used once STS says that they are of that account", async () => {
    await using w = await world({ sts: xml(200, identity(ACCOUNT)), accounts });
    const opened = await w.access.open(opening);
    expect(opened.ok && (await opened.value(readGroups))).toMatchObject({ ok: true });
    expect(signedBy(w.server.asked.at(-1))).toBe("AKIAOWN");
  });

  test("credentials of another account are not used", async () => {
    await using w = await world({ sts: xml(200, identity("999988887777")), accounts });
    const opened = await w.access.open(opening);
    expect(opened).toMatchObject({ ok: false, error: { code: "remediation.no-access" } });
    expect(opened.ok ? "" : opened.error.message).toMatch(/are of account 999988887777, not of 111122223333/);
  });

  test("whose credentials they are is asked once for all changes in a Region", async () => {
    await using w = await world({ sts: xml(200, identity(ACCOUNT)), accounts });
    const [one, other] = await Promise.all([
      w.access.open(opening),
      w.access.open({ ...opening, actions: ["iam:GetUser"], sessionName: "ephor-fnd_2" }),
    ]);
    expect([one.ok, other.ok, w.toSts().length]).toEqual([true, true, 1]);
  });

  test("whose credentials they are is asked again after five minutes", async () => {
    await using w = await world({ sts: xml(200, identity(ACCOUNT)), accounts });
    await w.access.open(opening);
    await w.access.open(opening);
    expect(w.toSts()).toHaveLength(1);
    w.clock.ms += 6 * MINUTE_MS;
    await w.access.open(opening);
    expect(w.toSts()).toHaveLength(2);
  });

  test("without any credentials there is no access, and AWS is not asked", async () => {
    const none = Object.assign(new Error("none found"), { name: "CredentialsProviderError" });
    const credentials = () => Promise.reject(none);
    await using w = await world({ sts: denied, accounts, credentials });
    expect(await w.access.open(opening)).toMatchObject({
      ok: false,
      error: { code: "remediation.no-access", message: expect.stringMatching(/none found/) },
    });
    expect(w.server.asked).toEqual([]);
  });
});
