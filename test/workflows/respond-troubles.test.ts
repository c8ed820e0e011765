import { budgetKey, leaseKey } from "@ephor/app/keys";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { describe, expect, test } from "vitest";
import { APPROVE, AUTO, aResponseWorld, configOf, opened, type ResponseWorld } from "./support/response-world.ts";
import { ACCOUNT, GROUP, openRule, simulatedAccount } from "./support/simulated-account.ts";

const tenant = DEFAULT_TENANT;

describe("a resource that changes between plan and apply", () => {
  const drift = (world: ResponseWorld, port: number) => world.account.meddle((rules) => [...rules, openRule(port)]);
  const event = () => opened([22, 3000, 3001, 3002, 3003]);

  test("is planned anew, and the new plan is decided on anew", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin(event());
    const first = await world.response();
    drift(world, 3000);
    await world.decide("bob", "approve");
    const second = await world.response();
    expect(second).toMatchObject({ state: "awaiting-approval" });
    expect(await world.finding()).toMatchObject({ status: "awaiting-approval" });
    expect(await world.approval("cancelled")).toMatchObject({ subject: { planHash: first.planHash } });
    expect(second.planHash).not.toBe(first.planHash);
    expect(world.account.made).toEqual([]);
    const of = { account: ACCOUNT, region: "eu-west-1", resourceId: GROUP };
    expect((await world.store().get(leaseKey(tenant, of)))?.data).toMatchObject({ owner: "" });
    await world.decide("carol", "approve");
    await world.toItsEnd();
    expect(await world.response()).toMatchObject({ end: "resolved" });
    expect(world.account.openPorts()).toEqual([]);
  });

  test("again and again ends after the third plan, with nothing applied", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin(event());
    for (const port of [3000, 3001, 3002]) {
      drift(world, port);
      await world.decide("bob", "approve");
      await world.pass(1);
    }
    expect(await world.toItsEnd()).toMatchObject({ status: "SUCCEEDED" });
    expect(await world.response()).toMatchObject({ end: "drifted" });
    expect(await world.finding()).toMatchObject({ status: "open" });
    expect(world.account.made).toEqual([]);
    expect((await world.store().get(budgetKey(tenant, ACCOUNT)))?.data).toEqual({ applied: [] });
  });

  test("to what is wanted resolves the finding without a call", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin();
    world.account.meddle(() => []);
    await world.decide("bob", "approve");
    await world.toItsEnd();
    expect(await world.response()).toMatchObject({ end: "no-change-needed" });
    expect(world.account.made).toEqual([]);
  });
});

describe("an apply that goes wrong", () => {
  const ports = [22, 23, 3389];
  const begun = async (rule: object = AUTO) => {
    const account = simulatedAccount({ ports });
    return { account, world: await aResponseWorld({ config: configOf(rule), account }) };
  };

  test("at the first call changes nothing and fails the finding", async () => {
    const { account, world } = await begun();
    account.fail("RevokeSecurityGroupIngress", "denied");
    await world.begin(opened(ports));
    expect(await world.toItsEnd()).toMatchObject({ status: "FAILED", error: "response.apply-failed" });
    expect(await world.response()).toMatchObject({ end: "apply-failed" });
    expect(await world.finding()).toMatchObject({ status: "failed" });
    expect(account.openPorts()).toEqual(ports);
  });

  test("half-way is rolled back to what it was", async () => {
    const { account, world } = await begun();
    const before = account.rules();
    account.failAt(2, "denied");
    await world.begin(opened(ports));
    expect(await world.toItsEnd()).toMatchObject({ status: "FAILED", error: "response.rolled-back" });
    expect(await world.response()).toMatchObject({ end: "rolled-back" });
    expect(await world.finding()).toMatchObject({ status: "failed" });
    expect(account.rules()).toEqual(before);
    expect(account.made.map(({ operation }) => operation)).toEqual([
      "RevokeSecurityGroupIngress",
      "AuthorizeSecurityGroupIngress",
    ]);
    expect(await world.timeline()).toContain("response.rolled-back");
  });

  test("without the wanted state ever showing is rolled back", async () => {
    const { account, world } = await begun();
    const before = account.rules();
    account.failAt(2, "ignored");
    await world.begin(opened(ports));
    await world.toItsEnd();
    expect(await world.response()).toMatchObject({ end: "rolled-back" });
    expect(account.rules()).toEqual(before);
  });

  test("takes nothing back where somebody else has changed the resource since", async () => {
    const { account, world } = await begun();
    account.failAt(2, "ignored");
    await world.begin(opened([...ports, 8080]));
    account.meddle((rules) => [...rules, openRule(8080)]);
    const made = account.made.length;
    expect(await world.toItsEnd()).toMatchObject({ status: "FAILED", error: "response.rollback-conflict" });
    expect(await world.response()).toMatchObject({ end: "rollback-conflict" });
    expect(await world.finding()).toMatchObject({ status: "failed" });
    expect(account.made).toHaveLength(made);
  });

  test("and has no way back is left to people, and says why", async () => {
    const account = simulatedAccount({ ports });
    const config = configOf({ ...AUTO, remediation: "test.irreversible" });
    const world = await aResponseWorld({ config, account });
    account.failAt(2, "denied");
    await world.begin(opened(ports));
    // What cannot be undone needs two people, whatever the rule says.
    await world.decide("bob", "approve");
    expect(account.made).toEqual([]);
    await world.decide("carol", "approve");
    await world.toItsEnd();
    expect(await world.response()).toMatchObject({
      end: "rollback-failed",
      detail: expect.stringContaining("for this test"),
    });
    expect(account.made).toHaveLength(1);
  });
});
