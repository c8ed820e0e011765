import type { ServerResponse } from "node:http";
import { noticesDue } from "@ephor/app/keys";
import type { Approval } from "@ephor/domain/approval";
import { ok } from "@ephor/domain/result";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { expect, test } from "vitest";
import { stoppedLogging } from "../support/stopped-logging.ts";
import { until } from "../support/until.ts";
import { APPROVE, AUTO, aResponseWorld, configOf } from "../workflows/support/response-world.ts";
import { aWorld } from "../workflows/world.ts";
import { aReceiver, type Received } from "./support/servers.ts";

const PEOPLE = {
  people: ["ann", "bob"].map((id) => ({ id, name: id, email: `${id}@example.org`, roles: ["approver"] })),
  groups: { approvers: ["ann", "bob"] },
};
const RESOLVED = { to: "resolved", reason: "put right by hand" };

type Answer = (request: Received, response: ServerResponse) => void;
const accepted: Answer = (_, response) => void response.writeHead(202).end("{}");

/** A node that tells a webhook and, beside others, the PagerDuty channel `told` of findings of CloudTrail. */
async function aTellingNode({ answer = accepted, more = {} }: { answer?: Answer; more?: object } = {}) {
  const [pager, hook, other] = [await aReceiver(answer), await aReceiver(), await aReceiver(accepted)];
  const pagerduty = (url: string) => ({ kind: "pagerduty", routingKey: "env:KEY", url, messagesPerMinute: 1000 });
  const channels = {
    told: { ...pagerduty(pager.url), ...more },
    other: pagerduty(other.url),
    hook: { kind: "webhook", url: hook.url },
  };
  const rules = [{ match: { detection: "cloudtrail.*" }, mode: "notify", channels: ["told", "hook"] }];
  const world = await aWorld({ ...PEOPLE, channels, responsePolicy: { rules } }, { secretOf: async () => ok("key") });
  const events = () => pager.received.map(({ body }) => JSON.parse(body));
  const sent = async () => (await world.records()).filter(({ did }) => did === "sent").length;
  return {
    world,
    events,
    other: other.received,
    hook: hook.received,
    /** So many messages have gone out and are written down, and nothing is left to do. */
    settled: (messages: number) => until(`${messages} messages`, async () => (await sent()) === messages),
    found: async () => {
      await world.receive(stoppedLogging());
      const [finding] = await world.findings();
      return finding?.id ?? "";
    },
    close: (id: string) => world.as("ann").post(`/v1/findings/${id}/transitions`, RESOLVED),
    deadLetters: () => world.deadLetters(),
  };
}

test("the incident of a finding that people were only told of is resolved when a person closes it, once, and only there", async () => {
  const node = await aTellingNode();
  const id = await node.found();
  await node.settled(2);
  expect((await node.close(id)).status).toBe(200);
  await node.settled(3);
  expect(node.events()).toMatchObject([
    { event_action: "trigger", dedup_key: id },
    { event_action: "resolve", dedup_key: id, payload: { summary: expect.stringMatching(/^Resolved: Critical: /) } },
  ]);
  expect((await node.close(id)).status).toBe(409);
  await node.world.restart();
  await node.world.receive(stoppedLogging());
  expect([node.events().length, node.hook.length, node.other.length]).toEqual([2, 1, 0]);
  const { timeline } = await node.world.finding(id);
  expect(timeline.map(({ text }) => text)).toContain("Told channel told: finding closed");
});

test("a finding that was closed before PagerDuty could be told opens no incident", async () => {
  let isAway = true;
  const node = await aTellingNode({
    answer: (_, response) => void response.writeHead(isAway ? 503 : 202).end("{}"),
  });
  const id = await node.found();
  await until("the first try", () => node.events().length > 0);
  await node.close(id);
  isAway = false;
  const before = node.events().length;
  await until("both to be told", async () => {
    node.world.time.advance(60);
    return (await node.world.records()).filter(({ did }) => did === "sent").length === 3;
  });
  const after = node.events().slice(before);
  expect(after.map(({ event_action: action }) => action)).toEqual(["resolve", "resolve"]);
  expect(await node.deadLetters()).toEqual([]);
});

test("one that an exception covers is closed as well, and what opens it again triggers anew", async () => {
  const node = await aTellingNode();
  const id = await node.found();
  await node.settled(2);
  const scope = { detection: "cloudtrail.*", account: "111122223333" };
  const asked = { scope, reason: "maintenance", risk: "low", expiresAt: "2026-03-02T12:00:00.000Z" };
  await node.world.as("ann", "analyst").post("/v1/exceptions", asked);
  const approval = await until("the approval", async () => {
    const { body } = await node.world.as("bob").get("/v1/approvals");
    return (body.items as Approval[])[0];
  });
  await node.world.as("bob").post(`/v1/approvals/${approval.id}/decisions`, { decision: "approve", reason: "yes" });
  const ofFinding = () => node.events().filter(({ dedup_key: key }) => key === id);
  await until("the incident to be resolved", () => ofFinding().length === 2);
  expect(ofFinding()[1]).toMatchObject({
    event_action: "resolve",
    payload: { summary: expect.stringMatching(/^Excepted: /) },
  });
  await node.world.as("ann").post(`/v1/findings/${id}/transitions`, { to: "reopened", reason: "not what was meant" });
  await until("the incident to be there again", () => ofFinding().length === 3);
  expect(ofFinding()[2]).toMatchObject({ event_action: "trigger" });
});

test("a channel that holds back what is alike resolves at once", async () => {
  const node = await aTellingNode({ more: { groupSeconds: 600 } });
  const id = await node.found();
  await node.settled(2);
  await node.close(id);
  await node.settled(3);
  expect(node.events()[1]).toMatchObject({ event_action: "resolve", dedup_key: id });
});

test("a response that ends since a person closed the finding says that nothing is left to do", async () => {
  const hook = await aReceiver();
  const channels = { hook: { kind: "webhook", url: hook.url } };
  const world = await aResponseWorld({ config: configOf(APPROVE, { channels }) });
  await world.begin();
  const { id, status } = await world.finding();
  expect(status).toBe("awaiting-approval");
  await world.as("bob").post(`/v1/findings/${id}/transitions`, RESOLVED);
  await world.toItsEnd();
  const ofFinding = () => hook.received.map(({ body }) => JSON.parse(body)).filter(({ group }) => group === id);
  await until("the response's end to be told", () => ofFinding().length === 1);
  expect(ofFinding()).toMatchObject([
    {
      kind: "response",
      settles: true,
      subject: expect.stringMatching(/^Resolved: /),
      data: { response: { end: "cancelled" } },
    },
  ]);
});

test("that an incident is over is not overtaken by the call that opens it", async () => {
  let answerFirst: (() => void) | undefined;
  const answer: Answer = (request, response) => {
    if (answerFirst !== undefined) return accepted(request, response);
    answerFirst = () => accepted(request, response);
  };
  const node = await aTellingNode({ answer });
  const id = await node.found();
  await until("the trigger to be under way", () => node.events().length === 1);
  expect((await node.close(id)).status).toBe(200);
  await node.world.receive(
    stoppedLogging({ requestParameters: { name: "arn:aws:cloudtrail:eu-west-1:111122223333:trail/other" } }),
  );
  await until("an incident of another finding", () => node.events().length > 1);
  const ofFinding = () => node.events().filter(({ dedup_key: key }) => key === id);
  await node.settled(3);
  expect(ofFinding()).toMatchObject([{ event_action: "trigger" }]);
  answerFirst?.();
  await node.settled(5);
  expect(ofFinding()).toMatchObject([{ event_action: "trigger" }, { event_action: "resolve" }]);
});

test("a response that resolves a finding closes the incidents that an earlier rule opened, each once", async () => {
  const [early, late, never] = [await aReceiver(accepted), await aReceiver(accepted), await aReceiver(accepted)];
  const pagerduty = (url: string) => ({ kind: "pagerduty", routingKey: "env:KEY", url });
  const channels = { early: pagerduty(early.url), late: pagerduty(late.url), never: pagerduty(never.url) };
  const told = configOf({ mode: "notify", channels: ["early", "late"] }, { channels });
  const world = await aResponseWorld({ config: told, secretOf: async () => ok("key") });
  const events = ({ received }: { received: readonly Received[] }) => received.map(({ body }) => JSON.parse(body));
  await world.begin();
  const { id } = await world.finding();
  const nothingWaits = async () => {
    const queues = Object.keys(channels).map(noticesDue);
    const of = { tenant: DEFAULT_TENANT, index: "due", limit: 1 } as const;
    const pages = await Promise.all(queues.map((pk) => world.store().query({ ...of, pk })));
    return pages.every(({ items }) => items.length === 0);
  };
  await until("both incidents", () => events(early).length === 1 && events(late).length === 1);
  await until("them to be written down", nothingWaits);
  await world.restart(configOf({ ...AUTO, channels: ["late"] }, { channels }));
  const asked = await world.as("dora", "operator").post(`/v1/findings/${id}/break-glass`, { reason: "it cannot wait" });
  expect(asked.status).toBe(202);
  await world.toItsEnd();
  expect(await world.as("bob").get(`/v1/findings/${id}`)).toMatchObject({ body: { status: "resolved" } });
  const ofFinding = (receiver: typeof early) => events(receiver).filter(({ dedup_key: key }) => key === id);
  await until("all to be told", nothingWaits);
  const [opened, closed] = [{ event_action: "trigger" }, { event_action: "resolve" }];
  expect(ofFinding(early)).toMatchObject([opened, closed]);
  expect(ofFinding(late)).toMatchObject([opened, closed]);
  expect(events(never)).toEqual([]);
});
