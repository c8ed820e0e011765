import { describe, expect, test } from "vitest";
import { applied, ask } from "./support/asking.ts";
import { APPROVE, aResponseWorld, configOf, opened, type ResponseWorld } from "./support/response-world.ts";

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
    const used = await ask(world, "break-glass");
    expect(used).toMatchObject({ status: 202 });
    const { execution } = used.body;
    expect(await world.as("bob").get(`/v1/executions/${execution}`)).toMatchObject({
      status: 200,
      body: { name: execution, workflow: "respond" },
    });
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
