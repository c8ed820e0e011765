import { setApplyingSwitch } from "@ephor/app/applying-switch";
import { WINDOW_SECONDS } from "@ephor/app/change-budget";
import { encode } from "@ephor/app/items";
import { budgetKey, leaseKey } from "@ephor/app/keys";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { describe, expect, test } from "vitest";
import { APPROVE, AUTO, aResponseWorld, configOf, opened, type ResponseWorld } from "./support/response-world.ts";
import { ACCOUNT, GROUP, simulatedAccount } from "./support/simulated-account.ts";
import { seededRandom } from "./world.ts";

const tenant = DEFAULT_TENANT;
const HOUR = 3600;

async function stop(world: ResponseWorld, stopped = true) {
  const d = { store: world.store(), clock: world.time.clock, random: seededRandom("switch") };
  await setApplyingSwitch(d, { tenant, stopped, reason: "an outage", by: "dora", correlationId: "c" });
}

describe("the switch that stops all applying", () => {
  test("holds back what would begin, and lets it go on once it is resumed", async () => {
    const world = await aResponseWorld({ config: configOf(AUTO) });
    await stop(world);
    await world.begin();
    await world.pass(HOUR);
    expect(world.account.made).toEqual([]);
    expect(await world.executionOf("respond")).toMatchObject({ status: "RUNNING" });
    // Asked again twelve times in this hour, and told once.
    const waits = (await world.finding()).timeline.filter(({ kind }) => kind === "response.waits");
    expect(waits.map(({ text }) => text)).toEqual([expect.stringMatching(/^Waits: .*an outage/)]);
    await stop(world, false);
    await world.toItsEnd("respond", { stepSeconds: 300 });
    expect(await world.response()).toMatchObject({ end: "resolved" });
  });

  test("gives way to an approval that no longer holds when it is resumed", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await stop(world);
    await world.begin();
    await world.decide("bob", "approve");
    // Whoever approved has left the group meanwhile.
    Object.assign(world.config.groups, { approvers: ["carol"] });
    await stop(world, false);
    await world.toItsEnd("respond", { stepSeconds: 300 });
    expect(await world.response()).toMatchObject({ end: "cancelled", detail: expect.stringContaining("too few") });
    expect(world.account.made).toEqual([]);
  });

  test("ends what has waited for its whole time", async () => {
    const world = await aResponseWorld({ config: configOf({ ...AUTO, expiresHours: 1 }) });
    await stop(world);
    await world.begin();
    await world.toItsEnd("respond", { stepSeconds: 300 });
    expect(await world.response()).toMatchObject({ end: "stopped", detail: expect.stringContaining("an outage") });
    expect(await world.finding()).toMatchObject({ status: "open" });
    expect(world.account.made).toEqual([]);
  });

  test("ends what is under way before its next call, and nothing is taken back by itself", async () => {
    const account = simulatedAccount({ ports: [22, 23, 3389] });
    const world = await aResponseWorld({ config: configOf(AUTO), account });
    account.before("RevokeSecurityGroupIngress", () => stop(world));
    await world.begin(opened([22, 23, 3389]));
    expect(await world.toItsEnd()).toMatchObject({ status: "SUCCEEDED" });
    expect(await world.response()).toMatchObject({ end: "stopped" });
    expect(await world.finding()).toMatchObject({ status: "open" });
    expect(account.made).toHaveLength(1);
  });
});

describe("the budget of changes", () => {
  const spent = async (world: ResponseWorld) => {
    const applied = [{ at: world.time.clock.now(), count: 5 }];
    const key = budgetKey(tenant, ACCOUNT);
    await world
      .store()
      .transact([{ kind: "put", item: { ...key, ...encode("budget", { applied }) }, when: { kind: "any" } }]);
  };

  test("that is spent makes a change without approval ask for one", async () => {
    const world = await aResponseWorld({ config: configOf(AUTO) });
    await spent(world);
    await world.begin();
    expect(await world.response()).toMatchObject({ state: "awaiting-approval", terms: { approvalsNeeded: 1 } });
    await world.decide("bob", "approve");
    expect(world.account.made).toEqual([]);
    await world.pass(WINDOW_SECONDS + 1);
    await world.toItsEnd("respond", { stepSeconds: 300 });
    expect(await world.response()).toMatchObject({ end: "resolved" });
  });

  test("that stays spent ends an approved change at its expiry", async () => {
    const budget = { perAccountPerHour: 0, perHour: 0 };
    const config = configOf({ ...APPROVE, expiresHours: 1 }, {});
    const none = { ...config, responsePolicy: { ...config.responsePolicy, budget } };
    const world = await aResponseWorld({ config: none });
    await world.begin();
    await world.decide("bob", "approve");
    await world.toItsEnd("respond", { stepSeconds: 600 });
    expect(await world.response()).toMatchObject({ end: "budget-spent" });
    expect(await world.finding()).toMatchObject({ status: "open" });
    expect(await world.approval("expired")).toBeDefined();
    expect(world.account.made).toEqual([]);
  });

  test("counts a change that was applied, once", async () => {
    const world = await aResponseWorld({ config: configOf(AUTO) });
    await world.begin();
    await world.toItsEnd();
    const item = await world.store().get(budgetKey(tenant, ACCOUNT));
    expect(item?.data["applied"]).toMatchObject([{ count: 1 }]);
  });
});

describe("a resource that another response holds", () => {
  const held = async (world: ResponseWorld, seconds: number) => {
    const until = new Date(Date.parse(world.time.clock.now()) + seconds * 1000).toISOString();
    const key = leaseKey(tenant, { account: ACCOUNT, region: "eu-west-1", resourceId: GROUP });
    const data = { owner: "run_other", fence: 7, until };
    await world.store().transact([{ kind: "put", item: { ...key, v: 1, data }, when: { kind: "any" } }]);
  };

  test("is waited for, and its lease taken when its time is over", async () => {
    const world = await aResponseWorld({ config: configOf(AUTO) });
    await held(world, HOUR);
    await world.begin();
    expect(world.account.made).toEqual([]);
    await world.toItsEnd("respond", { stepSeconds: 180 });
    expect(await world.response()).toMatchObject({ end: "resolved" });
    const key = leaseKey(tenant, { account: ACCOUNT, region: "eu-west-1", resourceId: GROUP });
    expect((await world.store().get(key))?.data).toMatchObject({ owner: "", fence: 8 });
  });

  test("until the time is up ends the response", async () => {
    const world = await aResponseWorld({ config: configOf({ ...AUTO, expiresHours: 1 }) });
    await held(world, 2 * HOUR);
    await world.begin();
    await world.toItsEnd("respond", { stepSeconds: 180 });
    expect(await world.response()).toMatchObject({ end: "resource-busy" });
    expect(await world.finding()).toMatchObject({ status: "open" });
  });

  test("taken in the middle ends it before its next call, with nothing taken back", async () => {
    const account = simulatedAccount({ ports: [22, 23] });
    const world = await aResponseWorld({ config: configOf(AUTO), account });
    account.before("RevokeSecurityGroupIngress", () => held(world, HOUR));
    await world.begin(opened([22, 23]));
    await world.toItsEnd();
    expect(await world.response()).toMatchObject({ end: "rollback-conflict" });
    expect(account.made).toHaveLength(1);
  });
});

describe("what was to go without approval, and waited", () => {
  const rules = (...all: readonly object[]) => ({ responsePolicy: { version: 4, rules: all } });
  const under = async (policy: { responsePolicy: object }) => {
    const world = await aResponseWorld({ config: configOf(AUTO) });
    await stop(world);
    await world.begin();
    Object.assign(world.config.responsePolicy, policy.responsePolicy);
    await stop(world, false);
    return world;
  };

  test("is not applied where the policy of now only observes", async () => {
    const world = await under(rules());
    await world.toItsEnd();
    expect(await world.response()).toMatchObject({ end: "observed" });
    expect(world.account.made).toEqual([]);
  });

  test("asks where the policy of now asks", async () => {
    const world = await under(rules({ match: { detection: ["ec2.*"] }, ...APPROVE, approvers: ["approvers"] }));
    await world.pass(400);
    expect(await world.approval()).toMatchObject({ subject: { kind: "plan" } });
    expect(world.account.made).toEqual([]);
    await world.decide("bob", "approve");
    expect(await world.toItsEnd()).toMatchObject({ status: "SUCCEEDED" });
  });
});
