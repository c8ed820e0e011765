import { approvalSaid } from "@ephor/app/notice-approval";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { describe, expect, test } from "vitest";
import { applied, ask } from "./support/asking.ts";
import { APPROVE, aResponseWorld, configOf, type ResponseWorld } from "./support/response-world.ts";
import { openRule } from "./support/simulated-account.ts";

describe("the way back from what was applied", () => {
  test("is gone once two people have approved it, and the finding is open again and not answered by itself", async () => {
    const world = await applied([22, 3389]);
    expect(await ask(world, "rollback")).toMatchObject({ status: 202, body: { approvalsNeeded: 2 } });
    await world.decide("bob", "approve");
    expect(world.account.openPorts()).toEqual([]);
    await world.decide("carol", "approve");
    expect(await world.toItsEnd("undo")).toMatchObject({ status: "SUCCEEDED" });
    expect(world.account.rules()).toEqual([22, 3389].map(openRule));
    const finding = await world.finding();
    expect(finding).toMatchObject({ status: "reopened", generation: 2 });
    // What became of the change is still to be seen: the answer of the life before.
    expect(finding).toMatchObject({
      response: { generation: 1, end: "rolled-back" },
      approvals: [{ kind: "rollback", state: "executed", reason: "it has to be" }],
    });
    expect(finding.timeline.map(({ text }) => text)).toContain(
      "The change may be taken back now: the resource is held",
    );
    expect(finding.timeline.some(({ text }) => text.includes("resolved: resolved:"))).toBe(false);
    expect(await world.executions("respond")).toHaveLength(1);
    expect(await world.approval("executed")).toMatchObject({ subject: { kind: "rollback" } });
  });

  test("changes nothing where it is rejected", async () => {
    const world = await applied();
    await ask(world, "rollback");
    await world.decide("carol", "reject");
    await world.toItsEnd("undo");
    expect(world.account.openPorts()).toEqual([]);
    expect(await world.finding()).toMatchObject({ status: "resolved", response: { end: "resolved" } });
  });

  test("is refused where somebody else has changed the resource since", async () => {
    const world = await applied([22, 3389]);
    world.account.meddle((rules) => [...rules, openRule(22)]);
    await ask(world, "rollback");
    await world.decide("bob", "approve");
    await world.decide("carol", "approve");
    expect(await world.toItsEnd("undo")).toMatchObject({ status: "FAILED", error: "response.rollback-conflict" });
    expect(world.account.openPorts()).toEqual([22]);
    expect(await world.finding()).toMatchObject({ status: "resolved" });
  });

  test("is asked for once, and only for what was applied", async () => {
    const world = await applied();
    await ask(world, "rollback");
    expect(await ask(world, "rollback")).toMatchObject({ status: 409, body: { code: "plan.refused" } });
    const waiting = await aResponseWorld({ config: configOf(APPROVE) });
    await waiting.begin();
    expect(await ask(waiting, "rollback")).toMatchObject({ status: 409, body: { code: "plan.refused" } });
  });

  test("is not approved by the one who asks for it", async () => {
    const world = await applied([22], { groups: { approvers: ["bob", "carol", "dora"] } });
    expect(await ask(world, "rollback", "bob")).toMatchObject({ status: 202 });
    expect(await world.decide("bob", "approve")).toMatchObject({ status: 403 });
  });

  test("is refused, and nothing written, to one of too few approvers; somebody else can ask", async () => {
    const world = await applied();
    const records = (await world.records()).length;
    expect(await ask(world, "rollback", "bob")).toMatchObject({
      status: 409,
      body: {
        code: "plan.refused",
        detail: expect.stringMatching(/2 people of approvers, and only carol could; bob asks .*\(mallory\).*ask: dora/),
      },
    });
    expect(await world.executions("undo")).toEqual([]);
    expect((await world.records()).slice(records).filter(({ did }) => did === "rollback-requested")).toEqual([]);
    expect(await ask(world, "rollback", "dora")).toMatchObject({ status: 202 });
  });

  test("can be asked for again once it was rejected or has expired, each time as an approval of its own", async () => {
    const world = await applied();
    const { body: asked } = await ask(world, "rollback");
    const { id: first } = await world.approval();
    expect(asked).toMatchObject({ approvalId: first });
    expect(await ask(world, "rollback")).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(first) },
    });
    await world.decide("carol", "reject");
    expect(await ask(world, "rollback")).toMatchObject({ status: 202 });
    const second = await world.approval();
    expect(second).toMatchObject({ subject: { kind: "rollback", attempt: 2 } });
    await world.pass(25 * 3600);
    await world.pass(48 * 3600);
    expect(await world.approval("expired")).toMatchObject({ id: second.id });
    const again = await Promise.all([ask(world, "rollback"), ask(world, "rollback")]);
    expect(again.map(({ status }) => status).sort()).toEqual([202, 409]);
    await world.decide("bob", "approve");
    await world.decide("carol", "approve");
    expect(await world.toItsEnd("undo")).toMatchObject({ status: "SUCCEEDED" });
    expect(world.account.rules()).toEqual([openRule(22)]);
    expect(await world.executions("undo")).toHaveLength(3);
    expect(await world.approval("executed")).toMatchObject({ subject: { attempt: 3 } });
    expect(await world.approval("rejected")).toMatchObject({ id: first });
  });

  test("can be asked for again where the execution ended before anybody was asked", async () => {
    const world = await applied();
    await ask(world, "rollback");
    const subject = await world.approval();
    const { tenant, pk } = { tenant: DEFAULT_TENANT, pk: `approval#${subject.id}` };
    await world.store().transact([{ kind: "delete", key: { tenant, pk, sk: "@" }, when: { kind: "any" } }]);
    expect(await ask(world, "rollback")).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("about to be opened") },
    });
    await world.pass(80 * 3600);
    expect(await ask(world, "rollback")).toMatchObject({ status: 202 });
  });
});

/** A page of the node, as whoever has its admin token sees it. */
async function page(world: ResponseWorld, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${await world.adminToken()}` };
  const answer = await world.node().api.fetch(new Request(`http://node${path}`, { headers }), { address: "127.0.0.1" });
  return answer.text();
}

describe("whoever decides on a way back sees what it does, and why it is asked for", () => {
  const asked = async (who = "mallory") => {
    const world = await applied([22]);
    await ask(world, "rollback", who);
    return { world, id: (await world.approval()).id };
  };

  test("as JSON", async () => {
    const { world, id } = await asked();
    const { body } = await world.as("bob").get(`/v1/approvals/${id}`);
    expect(body).toMatchObject({
      reason: "it has to be",
      requester: "mallory",
      requesterIsCause: true,
      plan: {
        calls: [{ service: "ec2", operation: "AuthorizeSecurityGroupIngress" }],
        diff: [{ path: "/rules", before: [], after: [expect.anything()] }],
        blast: expect.stringMatching(/^The resource is as it was before the change/),
      },
    });
    const { world: other, id: byDora } = await asked("dora");
    expect((await other.as("bob").get(`/v1/approvals/${byDora}`)).body).toMatchObject({ requesterIsCause: false });
  });

  test("on its page", async () => {
    const { world, id } = await asked();
    const text = await page(world, `/approvals/${id}`);
    expect(text).toContain("What would be done");
    expect(text).toContain("ec2:AuthorizeSecurityGroupIngress");
    expect(text).toContain("it has to be");
    expect(text).toContain("this person whose action caused the finding");
  });

  test("in the message", async () => {
    const { world, id } = await asked();
    const parts = {
      store: world.store(),
      clock: world.time.clock,
      config: world.config,
      publicUrl: "https://e.example",
    };
    const d = { ...parts, whyOf: () => null, linkFor: () => ({ token: "t", code: "c" }) };
    const notice = { kind: "approval", approvalId: id as never, reminder: 0 } as const;
    const told = await approvalSaid(d, { tenant: DEFAULT_TENANT, channel: "ops", notice });
    expect(told?.said).toMatchObject({ diff: [{ path: "/rules", before: [], after: [expect.anything()] }] });
    const text = JSON.stringify(told?.said);
    expect(text).toContain("it has to be");
    expect(text).toContain("who also caused the finding");
    expect(text).toMatch(/is taken back\. (?:Open|Allow|Authorize|Add)/i);
    expect(text).not.toContain("Revoke tcp");
  });
});
