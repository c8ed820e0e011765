import { readApproval } from "@ephor/app/approval-items";
import { leaseKey } from "@ephor/app/keys";
import type { Remediation } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { remediation } from "@ephor/remediations/catalogue";
import { describe, expect, test } from "vitest";
import { APPROVE, AUTO, aResponseWorld, configOf, opened, type ResponseWorld } from "./support/response-world.ts";
import { ACCOUNT, GROUP, openRule, simulatedAccount } from "./support/simulated-account.ts";

const tenant = DEFAULT_TENANT;
const HOUR = 3600;

/** What the ledger says of this finding's response, in order. */
const told = async (world: ResponseWorld) => (await world.records()).map(({ did }) => did);

describe("a change that needs nobody's approval", () => {
  test("is planned, applied, verified and resolves the finding, each step told", async () => {
    const world = await aResponseWorld({ config: configOf(AUTO) });
    await world.begin();
    expect(await world.toItsEnd()).toMatchObject({ status: "SUCCEEDED" });
    expect(world.account.openPorts()).toEqual([]);
    expect(await world.finding()).toMatchObject({ status: "resolved" });
    expect(await world.response()).toMatchObject({ state: "ended", end: "resolved" });
    expect(await world.timeline()).toEqual(
      expect.arrayContaining([
        ...["finding.opened", "response.requested", "response.planned", "response.reserved"],
        ...["response.applied", "response.verified", "finding.transitioned", "response.ended"],
      ]),
    );
    expect(await told(world)).toEqual(
      expect.arrayContaining([
        "planned",
        "reserved",
        "snapshotted",
        "call-made",
        "applied",
        "verified",
        "response-ended",
      ]),
    );
  });

  test("acts by sessions of Ephor's own name, which may only read until it applies", async () => {
    const world = await aResponseWorld({ config: configOf(AUTO) });
    await world.begin();
    await world.toItsEnd();
    const { id } = await world.finding();
    expect(new Set(world.account.sessions)).toEqual(new Set([`ephor-read-${id}`, `ephor-write-${id}`]));
  });

  test("leaves no plan, state or answer of AWS in the execution's history", async () => {
    const world = await aResponseWorld({ config: configOf(AUTO) });
    await world.begin();
    const line = await world.toItsEnd();
    const shown = await world.as("bob").get(`/v1/executions/${line.id}`);
    expect(shown.status).toBe(200);
    expect(shown.body.history.length).toBeGreaterThan(20);
    expect(JSON.stringify(shown.body.history)).not.toMatch(/0\.0\.0\.0|IpPermissions|SecurityGroupRules/);
  });

  test("leaves the token of the task that waits to the store alone", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin();
    const stored = await readApproval({ store: world.store() }, { tenant, approvalId: (await world.approval()).id });
    const token = stored.ok ? stored.value.approval.token : null;
    expect(token).toMatch(/^\S{20,}$/);
    const line = await world.executionOf("respond");
    const shown = await world.as("bob", "admin").get(`/v1/executions/${line.id}`);
    expect(shown.body.history.length).toBeGreaterThan(5);
    expect(JSON.stringify(shown.body)).not.toContain(token);
  });

  test("makes the calls that AWS throttled, or nobody heard of, once", async () => {
    const account = simulatedAccount({ ports: [22, 23, 3389] });
    account.fail("RevokeSecurityGroupIngress", "throttled", "unheard", "never-got", "unheard");
    const world = await aResponseWorld({ config: configOf(AUTO), account });
    await world.begin(opened([22, 23, 3389]));
    await world.toItsEnd();
    expect(await world.response()).toMatchObject({ end: "resolved" });
    expect(account.made).toHaveLength(3);
    expect(account.openPorts()).toEqual([]);
  });

  test("takes more calls than one run of its task makes", async () => {
    const ports = Array.from({ length: 20 }, (_, at) => 1000 + at);
    const account = simulatedAccount({ ports });
    const world = await aResponseWorld({ config: configOf(AUTO), account });
    await world.begin(opened(ports));
    await world.toItsEnd();
    expect(await world.response()).toMatchObject({ end: "resolved" });
    expect(account.made).toHaveLength(20);
  });

  test("that AWS shows late is waited for", async () => {
    const account = simulatedAccount({ ports: [22] });
    account.fail("RevokeSecurityGroupIngress", "ignored");
    const world = await aResponseWorld({ config: configOf(AUTO), account });
    await world.begin();
    account.meddle(() => []);
    await world.toItsEnd();
    expect(await world.response()).toMatchObject({ end: "resolved" });
  });
});

describe("a response that ends before anything is asked", () => {
  test("where nothing is left to change, resolves the finding", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE), account: simulatedAccount({ ports: [] }) });
    await world.begin();
    expect(await world.toItsEnd()).toMatchObject({ status: "SUCCEEDED" });
    expect(await world.response()).toMatchObject({ end: "no-change-needed" });
    expect(await world.finding()).toMatchObject({ status: "resolved" });
  });

  test("where the resource is gone, resolves the finding", async () => {
    const account = simulatedAccount();
    account.deleteGroup();
    const world = await aResponseWorld({ config: configOf(APPROVE), account });
    await world.begin();
    await world.toItsEnd();
    expect(await world.response()).toMatchObject({ end: "resource-gone" });
    expect(await world.finding()).toMatchObject({ status: "resolved" });
  });

  test.each([
    ["remediation is off", { remediation: { enabled: false, accounts: { [ACCOUNT]: {} } } }, false],
    ["there is no access to the account", {}, true],
  ])("where %s, keeps the plan to read", async (_, more, isClosed) => {
    const account = simulatedAccount();
    if (isClosed) account.close();
    const world = await aResponseWorld({ config: configOf(AUTO, more), account });
    await world.begin();
    await world.toItsEnd();
    const response = await world.response();
    expect(response).toMatchObject({ end: "plan-only" });
    expect(response.planHash).toMatch(/^[0-9a-f]{64}$/);
    expect(await world.finding()).toMatchObject({ status: "open" });
    expect(account.made).toEqual([]);
  });

  test("where there is no remediation, says so", async () => {
    const world = await aResponseWorld({ config: configOf({ ...APPROVE, remediation: "test.unknown" }) });
    await world.begin();
    await world.toItsEnd();
    expect(await world.response()).toMatchObject({
      end: "unplannable",
      detail: expect.stringContaining("test.unknown"),
    });
    expect(await world.finding()).toMatchObject({ status: "open" });
  });

  test("where the resource's own tags ask for less, only observes", async () => {
    const rules = [{ match: { environment: "staging" }, ...AUTO }];
    const config = configOf(AUTO, { responsePolicy: { version: 4, rules } });
    const account = simulatedAccount({ tags: { ENVIRONMENT: "sandbox" } });
    const world = await aResponseWorld({ config, account });
    await world.begin();
    await world.toItsEnd();
    expect(await world.response()).toMatchObject({ end: "observed" });
    expect(account.made).toEqual([]);
  });

  test("where AWS cannot be read for long, fails the finding with the reason", async () => {
    const account = simulatedAccount();
    account.fail("DescribeSecurityGroups", ...Array.from({ length: 40 }, () => "throttled" as const));
    const world = await aResponseWorld({ config: configOf(AUTO), account });
    await world.begin();
    expect(await world.toItsEnd("respond", { stepSeconds: 300 })).toMatchObject({ status: "FAILED" });
    expect(await world.response()).toMatchObject({ end: "broken", detail: expect.stringContaining("aws.throttled") });
    expect(await world.finding()).toMatchObject({ status: "failed" });
  });
});

describe("tags of the resource", () => {
  test("that say production ask for an approval where the account would not", async () => {
    const account = simulatedAccount({ tags: { environment: "Production" } });
    const world = await aResponseWorld({ config: configOf(AUTO), account });
    await world.begin();
    expect(await world.response()).toMatchObject({ state: "awaiting-approval", terms: { approvalsNeeded: 1 } });
    expect(await world.finding()).toMatchObject({ status: "awaiting-approval" });
    expect(account.made).toEqual([]);
  });
});

describe("a change that needs approval", () => {
  test("is applied once it is approved, and the approval is then executed", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin();
    expect(await world.finding()).toMatchObject({ status: "awaiting-approval" });
    expect(world.account.made).toEqual([]);
    expect(await world.decide("bob", "approve")).toMatchObject({ status: 200 });
    await world.toItsEnd();
    expect(await world.response()).toMatchObject({ end: "resolved" });
    expect(await world.finding()).toMatchObject({ status: "resolved" });
    expect(await world.approval("executed")).toBeDefined();
    expect(await world.timeline()).toEqual(expect.arrayContaining(["approval.opened", "approval.decided"]));
  });

  test("holds no lease on the resource while it waits", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin();
    const of = { account: ACCOUNT, region: "eu-west-1", resourceId: GROUP };
    expect(await world.store().get(leaseKey(tenant, of))).toBeUndefined();
  });

  test("is not applied when it is rejected", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin();
    await world.decide("carol", "reject");
    expect(await world.toItsEnd()).toMatchObject({ status: "SUCCEEDED" });
    expect(await world.response()).toMatchObject({ end: "rejected" });
    expect(await world.finding()).toMatchObject({ status: "open" });
    expect(world.account.made).toEqual([]);
  });

  test("is not applied when nobody decides in time", async () => {
    const world = await aResponseWorld({ config: configOf({ ...APPROVE, expiresHours: 2 }) });
    await world.begin();
    await world.pass(2 * HOUR);
    await world.toItsEnd("respond", { stepSeconds: 600 });
    expect(await world.response()).toMatchObject({ end: "expired" });
    expect(await world.finding()).toMatchObject({ status: "open" });
    expect(world.account.made).toEqual([]);
  });

  test("is cancelled when a person resolves the finding meanwhile", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin();
    const { id } = await world.finding();
    const change = { to: "resolved", reason: "the rule was removed by hand" };
    expect(await world.as("dora", "operator").post(`/v1/findings/${id}/transitions`, change)).toMatchObject({
      status: 200,
    });
    await world.toItsEnd();
    expect(await world.response()).toMatchObject({ end: "cancelled" });
    expect(await world.finding()).toMatchObject({ status: "resolved" });
    expect(await world.approval("cancelled")).toBeDefined();
    expect(world.account.made).toEqual([]);
  });
});

describe("Ephor's own actions", () => {
  test("are recorded and never answered", async () => {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/ephor-remediation`;
    const config = configOf(AUTO, { remediation: { enabled: true, accounts: { [ACCOUNT]: { roleArn } } } });
    const world = await aResponseWorld({ config });
    const by = (session: string) => ({
      ...{ type: "AssumedRole", principalId: `AROA:${session}`, accountId: ACCOUNT },
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/ephor-remediation/${session}`,
      sessionContext: {
        sessionIssuer: { type: "Role", principalId: "AROA", arn: roleArn, userName: "ephor-remediation" },
      },
    });
    await world.begin(opened([22], { userIdentity: by("ephor-write-fnd_1") }));
    expect(await world.finding()).toMatchObject({ status: "open", occurrences: 1 });
    expect(await world.executions("respond")).toEqual([]);
    await world.begin(opened([22], { userIdentity: by("alice"), requestParameters: undefined }));
  });
});

describe("a finding that is reopened by a person", () => {
  test("is answered anew, in its next generation", async () => {
    const world = await aResponseWorld({ config: configOf(AUTO) });
    await world.begin();
    await world.toItsEnd();
    world.account.meddle(() => [openRule(22)]);
    const { id } = await world.finding();
    const change = { to: "reopened", reason: "it is open again" };
    expect(await world.as("dora", "operator").post(`/v1/findings/${id}/transitions`, change)).toMatchObject({
      status: 200,
    });
    await world.settle();
    await world.toItsEnd();
    expect((await world.executions("respond")).map(({ name }) => name).sort()).toEqual([
      `respond-${id}-1`,
      `respond-${id}-2`,
    ]);
    expect(await world.finding()).toMatchObject({ status: "resolved", generation: 2 });
    expect(world.account.openPorts()).toEqual([]);
  });
});

test("rules on tags that name two remediations in turn end as unplannable", async () => {
  const account = simulatedAccount({ tags: { team: "web" } });
  const shipped = remediation("ec2.revoke-open-ingress");
  if (shipped === undefined) throw new Error("the catalogue has no ec2.revoke-open-ingress");
  const withoutTags: Remediation = {
    ...{ ...shipped, id: "test.without-tags" },
    read: async (aws, target) => {
      const read = await shipped.read(aws, target);
      return read.ok ? ok({ state: read.value.state }) : read;
    },
  };
  const rules = [
    { match: { tags: { team: "web" } }, mode: "approve", remediation: "test.without-tags" },
    { match: { detection: "ec2.*" }, mode: "approve", remediation: "ec2.revoke-open-ingress" },
  ];
  const config = configOf(APPROVE, { responsePolicy: { rules } });
  const remediations = { "ec2.revoke-open-ingress": shipped, "test.without-tags": withoutTags };
  const world = await aResponseWorld({ config, account, remediations });
  await world.begin();
  expect(await world.response()).toMatchObject({ end: "unplannable", detail: expect.stringContaining("tags") });
});
