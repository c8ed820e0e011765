import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { describe, expect, test } from "vitest";
import { APPROVE, AUTO, aResponseWorld, configOf, opened, type ResponseWorld } from "./support/response-world.ts";
import { openRule, simulatedAccount } from "./support/simulated-account.ts";

const ask = async (world: ResponseWorld, what: "break-glass" | "rollback", who = "dora") => {
  const { id } = await world.finding();
  const answer = await world.as(who, "operator").post(`/v1/findings/${id}/${what}`, { reason: "it has to be" });
  await world.settle();
  return answer;
};
/** A finding whose change was applied without approval. */
async function applied(ports: readonly number[] = [22], more: Record<string, object> = {}) {
  const account = simulatedAccount({ ports });
  const world = await aResponseWorld({ config: configOf(AUTO, more), account });
  await world.begin(opened(ports));
  await world.toItsEnd();
  return world;
}
const BOB = "arn:aws:iam::111122223333:user/bob";
const byBob = (more: object = {}) =>
  opened([3389], {
    userIdentity: { type: "IAMUser", principalId: "AIDB", arn: BOB, accountId: "111122223333", userName: "bob" },
    ...more,
  });
/** Mallory and Bob are people of the configuration, each with an ARN; Bob and Carol may approve. */
const withBob = () => {
  const { people, ...config } = configOf(APPROVE);
  return { ...config, people: people.map((one) => (one.id === "bob" ? { ...one, awsPrincipals: [BOB] } : one)) };
};

describe("whoever did it again", () => {
  test("decides on it no more than whoever began", async () => {
    const world = await aResponseWorld({ config: withBob() });
    await world.begin(opened());
    await world.begin(byBob());
    expect(await world.decide("bob", "approve")).toMatchObject({
      status: 403,
      body: { code: "approval.not-eligible" },
    });
    expect(world.account.made).toEqual([]);
    await world.decide("carol", "approve");
    expect(await world.toItsEnd()).toMatchObject({ status: "SUCCEEDED" });
  });

  test("is excluded from the start in a later life of the finding, and two people are asked for", async () => {
    const world = await aResponseWorld({ config: withBob() });
    await world.begin(opened());
    const { id } = await world.finding();
    await world.as("carol").post(`/v1/findings/${id}/transitions`, { to: "resolved", reason: "closed by hand" });
    await world.begin(byBob({ eventTime: "2026-03-02T10:00:00Z" }));
    const { body } = await world.as("carol").get(`/v1/approvals/${(await world.approval()).id}`);
    expect(body).toMatchObject({ asked: ["carol"], approvalsNeeded: 2 });
  });
});

const ofSecurityGroup = async (world: ResponseWorld) => {
  const found = (await world.findings()).find(({ detection }) => detection.startsWith("ec2."));
  if (found === undefined) throw new Error("no finding about the group");
  return (await world.as("bob").get(`/v1/findings/${found.id}`)).body;
};

describe("break-glass", () => {
  test("applies at once, cancels the approval, tells of it, and is reviewed", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin();
    expect(await ask(world, "break-glass")).toMatchObject({ status: 202 });
    for (let step = 0; step < 20; step++) await world.pass(20);
    expect(world.account.openPorts()).toEqual([]);
    expect(await ofSecurityGroup(world)).toMatchObject({
      status: "resolved",
      response: { end: "resolved", forcedBy: "dora" },
    });
    expect((await world.findings()).map(({ detection }) => detection)).toContain("ephor.break-glass-used");
    expect(await world.approval("cancelled")).toMatchObject({ subject: { kind: "plan" } });
    expect(await world.approval("pending")).toMatchObject({ subject: { kind: "review" } });
    const ends = (await world.executions("respond")).map(({ status }) => status);
    expect(ends).toEqual(["SUCCEEDED", "SUCCEEDED"]);
  });

  test("is refused to a token that speaks for nobody", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin();
    const { id } = await world.finding();
    expect(await world.asAdmin().post(`/v1/findings/${id}/break-glass`, { reason: "x" })).toMatchObject({
      status: 403,
    });
    expect(world.account.made).toEqual([]);
  });

  test("is refused to the token of a person who was taken out of the configuration", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin();
    const { id } = await world.finding();
    await world.as("dora", "operator").get(`/v1/findings/${id}`);
    Object.assign(world.config, { people: world.config.people.filter((person) => person.id !== "dora") });
    expect(await ask(world, "break-glass")).toMatchObject({ status: 403 });
    expect(world.account.made).toEqual([]);
  });

  test("is refused a second time, and where remediation is off or the finding resolved", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin();
    await ask(world, "break-glass");
    const { id } = await ofSecurityGroup(world);
    const again = await world.as("dora", "operator").post(`/v1/findings/${id}/break-glass`, { reason: "x" });
    expect(again).toMatchObject({ status: 409, body: { code: "plan.refused" } });
    const off = await aResponseWorld({ config: configOf(APPROVE, { remediation: { enabled: false, accounts: {} } }) });
    await off.begin();
    expect(await ask(off, "break-glass")).toMatchObject({ status: 409 });
  });

  test("obeys the switch that stops all applying", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin();
    const stop = await world
      .as("dora", "operator")
      .post("/v1/switches/applying", { stopped: true, reason: "an outage" });
    expect(stop).toMatchObject({ status: 200, body: { stopped: true, by: "dora" } });
    await ask(world, "break-glass");
    await world.pass(600);
    expect(world.account.made).toEqual([]);
  });
});

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
    await ask(world, "rollback");
    const { id: first } = await world.approval();
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

describe("a plan that leaves Ephor", () => {
  test("is a change request with the difference, commands both ways, and who decides", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin();
    const { id } = await world.finding();
    const shown = await world.as("bob").get(`/v1/findings/${id}/plan`);
    expect(shown).toMatchObject({
      status: 200,
      body: {
        finding: { id },
        plan: { remediation: "ec2.revoke-open-ingress", diff: [{ path: "/rules" }] },
        calls: [{ command: expect.stringMatching(/^aws ec2 revoke-security-group-ingress --region eu-west-1 /) }],
        undo: [{ command: expect.stringMatching(/^aws ec2 authorize-security-group-ingress /) }],
        approvers: { groups: ["approvers"], approvalsNeeded: 1 },
      },
    });
    expect(JSON.stringify(shown.body)).not.toContain('"target"');
  });

  test("is not there before one was made", async () => {
    const world = await aResponseWorld({ config: configOf({ mode: "observe" }) });
    await world.begin();
    const { id } = await world.finding();
    expect(await world.as("bob").get(`/v1/findings/${id}/plan`)).toMatchObject({
      status: 404,
      body: { code: "plan.not-found" },
    });
  });
});

/** Answers of the API for each execution that the timeline of the finding about the group names. */
async function namedExecutions(world: ResponseWorld): Promise<readonly number[]> {
  const { timeline } = (await ofSecurityGroup(world)) as { timeline: readonly { executionId?: string }[] };
  const ids = new Set(timeline.flatMap(({ executionId }) => executionId ?? []));
  const shown = [...ids].map((id) => world.as("bob").get(`/v1/executions/${id}`));
  return (await Promise.all(shown)).map(({ status }) => status);
}

describe("every execution that a timeline names can be shown", () => {
  test("the one that a person asks for to go back too", async () => {
    const world = await applied();
    await ask(world, "rollback");
    await world.decide("bob", "approve");
    await world.decide("carol", "approve");
    await world.toItsEnd("undo");
    expect(await namedExecutions(world)).toEqual([200, 200, 200]);
  });

  test("and the one that break-glass begins", async () => {
    const world = await aResponseWorld({ config: configOf(APPROVE) });
    await world.begin();
    await ask(world, "break-glass");
    for (let step = 0; step < 20; step++) await world.pass(20);
    expect(await namedExecutions(world)).toEqual([200, 200, 200]);
  });
});
