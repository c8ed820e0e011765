import { describe, expect, test } from "vitest";
import { APPROVE, AUTO, aResponseWorld, configOf, type ResponseWorld } from "./support/response-world.ts";

const set = (world: ResponseWorld, stopped: boolean) =>
  world.as("dora", "operator").post("/v1/switches/applying", { stopped, reason: "an outage <b>that may be ours</b>" });
const shown = async (world: ResponseWorld) => (await world.as("bob", "viewer").get("/v1/switches/applying")).body;
const told = async (world: ResponseWorld, path: string) => {
  const headers = { authorization: `Bearer ${await world.adminToken()}` };
  const answer = await world.node().api.fetch(new Request(`http://node${path}`, { headers }), { address: "127.0.0.1" });
  return answer.text();
};

describe("that all applying is stopped is seen", () => {
  test("by the API, on the overview and in the metrics, until it goes on", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    expect(await shown(world)).toEqual({ stopped: false, reason: null, by: null, at: null, forAll: true });
    expect(await told(world, "/")).not.toContain("Applying is stopped");
    expect(await told(world, "/metrics")).toContain("\nephor_applying_stopped 0\n");
    const { body } = await set(world, true);
    expect(await shown(world)).toEqual({ ...body, forAll: true });
    const overview = await told(world, "/");
    expect(overview).toContain("Applying is stopped");
    expect(overview).toContain("an outage &lt;b&gt;that may be ours");
    expect(await told(world, "/metrics")).toContain("\nephor_applying_stopped 1\n");
    await set(world, false);
    expect(await shown(world)).toMatchObject({ stopped: false, by: "dora" });
    expect(await told(world, "/")).not.toContain("Applying is stopped");
    expect(await told(world, "/metrics")).toContain("\nephor_applying_stopped 0\n");
  });

  test("by the response that was approved and waits, and not by one that nobody has approved", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin();
    await set(world, true);
    const detail = async () => (await world.finding()).response?.detail;
    expect(await detail()).toMatch(/; needs 1 approval$/);
    await world.decide("bob", "approve");
    expect(await detail()).toMatch(/^waits: applying is stopped \(dora stopped all applying at .*: an outage/);
    const { id } = await world.approval("approved");
    expect(await told(world, `/approvals/${id}`)).toContain("Approved, and waits:");
    expect(world.account.made).toEqual([]);
    await set(world, false);
    expect(await told(world, `/approvals/${id}`)).not.toContain("and waits:");
    expect(await detail()).toMatch(/^approved: /);
    expect(await world.toItsEnd()).toMatchObject({ status: "SUCCEEDED" });
    expect(await world.finding()).toMatchObject({ status: "resolved", response: { end: "resolved" } });
  });

  test("by the response that goes without approval", async () => {
    const world = await aResponseWorld({ config: configOf(AUTO) });
    await set(world, true);
    await world.begin();
    expect((await world.finding()).response?.detail).toMatch(/^waits: applying is stopped/);
  });
});
