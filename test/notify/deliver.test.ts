import type { ServerResponse } from "node:http";
import type { Log } from "@ephor/app/ports";
import { expect, test } from "vitest";
import { stoppedLogging } from "../support/stopped-logging.ts";
import { until } from "../support/until.ts";
import { aWorld } from "../workflows/world.ts";
import { aReceiver, type Received } from "./support/servers.ts";

const trail = (name: string) =>
  stoppedLogging({ requestParameters: { name: `arn:aws:cloudtrail:eu-west-1:111122223333:trail/${name}` } });
const trails = (count: number) => Array.from({ length: count }, (_, at) => trail(`trail-${at}`));

const telling = (channels: object) => ({
  channels,
  responsePolicy: { rules: [{ match: { detection: "cloudtrail.*" }, mode: "notify" }] },
});
const hook = (url: string, more: object = {}) => ({ kind: "webhook", url, messagesPerMinute: 1000, ...more });
const bodies = (received: readonly Received[]) => received.map(({ body }) => JSON.parse(body));
/** A receiver that answers in turn by these, then by 200. */
const answering = (...statuses: number[]) => {
  return (_: Received, response: ServerResponse) => void response.writeHead(statuses.shift() ?? 200).end();
};

type World = Awaited<ReturnType<typeof aWorld>>;
const sent = async (world: World) => (await world.records()).filter(({ did }) => did === "sent").length;
/** What was sent has been written down as well. */
const settled = (world: World, messages: number) =>
  until(`${messages} messages written down`, async () => (await sent(world)) === messages);

test("a finding is told of once to each channel, with a line on its timeline and a ledger record for each", async () => {
  const [one, other] = [await aReceiver(), await aReceiver()];
  const world = await aWorld(telling({ one: hook(one.url), other: hook(other.url) }));
  const event = trail("a");
  await world.receive(event);
  await settled(world, 2);
  await world.receive(event, trail("a"));
  const [finding] = await world.findings();
  const shown = await world.finding(finding?.id ?? "");
  expect(shown.occurrences).toBe(2);
  expect(
    shown.timeline
      .filter(({ kind }) => kind === "notice.sent")
      .map(({ text }) => text)
      .sort(),
  ).toEqual(["Told channel one: finding", "Told channel other: finding"]);
  expect(await sent(world)).toBe(2);
  expect([bodies(one.received), bodies(other.received)]).toMatchObject([
    [{ kind: "finding", severity: "critical", link: { url: expect.stringContaining(`/findings/${finding?.id}`) } }],
    [{ kind: "finding" }],
  ]);
  const [told] = bodies(one.received);
  expect(told.paragraphs.map(({ heading }: { heading: string }) => heading)).toEqual([
    "What happened",
    "Why it matters",
    "What will be done",
  ]);
});

test("secrets in what came from events do not leave", async () => {
  const { url, received } = await aReceiver();
  const world = await aWorld(telling({ out: hook(url) }));
  await world.receive(trail("AKIAIOSFODNN7EXAMPLE"));
  await settled(world, 1);
  expect(received[0]?.body).toContain("[redacted:");
  expect(received[0]?.body).not.toContain("AKIAIOSFODNN7EXAMPLE");
});

test("what is alike within the window goes as one when it ends, and nothing is lost", async () => {
  const { url, received } = await aReceiver();
  const world = await aWorld(telling({ out: hook(url, { groupSeconds: 60 }) }));
  await world.receive(trail("first"));
  await settled(world, 1);
  await world.receive(...trails(12));
  await until("all are held", async () => (await world.findings()).length === 13);
  world.time.advance(59);
  expect(received).toHaveLength(1);
  await until("the window's message", () => {
    world.time.advance(1);
    return received.length === 2;
  });
  await settled(world, 2);
  const [, digest] = bodies(received);
  expect(digest).toMatchObject({
    kind: "digest",
    subject: expect.stringMatching(/^12 more like this/),
    data: { count: 12 },
  });
  const findings = await world.findings();
  const told = await Promise.all(findings.map(async ({ id }) => world.finding(id)));
  expect(told.map(({ timeline }) => timeline.filter(({ kind }) => kind === "notice.sent").length)).toEqual(
    findings.map(() => 1),
  );
  expect(digest.data.findings).toHaveLength(12);
});

test("what a window holds survives the end of the process", async () => {
  const { url, received } = await aReceiver();
  const world = await aWorld(telling({ out: hook(url, { groupSeconds: 60 }) }));
  await world.receive(trail("first"));
  await settled(world, 1);
  await world.receive(trail("second"));
  await until("both are found", async () => (await world.findings()).length === 2);
  await world.restart();
  await until("the window's message", () => {
    world.time.advance(30);
    return received.length === 2;
  });
  await settled(world, 2);
  // One alone is told as what it is.
  expect(bodies(received)[1]).toMatchObject({ kind: "finding", subject: expect.stringContaining("second") });
});

test("a channel gets no more in a minute than it takes; the rest waits its turn and is not dropped", async () => {
  const [slow, other] = [await aReceiver(), await aReceiver()];
  const world = await aWorld(telling({ slow: hook(slow.url, { messagesPerMinute: 3 }), other: hook(other.url) }));
  await world.receive(...trails(8));
  await settled(world, 3 + 8);
  world.time.advance(59);
  await world.receive(trail("later"));
  await settled(world, 3 + 9);
  expect([slow.received.length, other.received.length]).toEqual([3, 9]);
  await until("all turns", () => {
    world.time.advance(10);
    return slow.received.length === 9;
  });
  await settled(world, 9 + 9);
  expect(new Set(bodies(slow.received).map(({ id }) => id)).size).toBe(9);
});

test("a receiver that fails is tried again with the same message", async () => {
  const { url, received } = await aReceiver(answering(500, 503, 429));
  const world = await aWorld(telling({ out: hook(url) }));
  await world.receive(trail("a"));
  await until("the fourth try", () => {
    world.time.advance(2);
    return received.length === 4;
  });
  await settled(world, 1);
  expect(new Set(received.map(({ headers }) => headers["x-ephor-delivery"])).size).toBe(1);
});

test("a refusal becomes a dead letter at once, and goes when it is redriven", async () => {
  const { url, received } = await aReceiver(answering(404));
  const world = await aWorld(telling({ out: hook(url) }));
  await world.receive(trail("a"));
  const [letter] = await until("the dead letter", async () => {
    const letters = await world.deadLetters();
    return letters.length === 1 && letters;
  });
  expect(letter).toMatchObject({ kind: "effect", attempts: 1, error: { code: "notify.refused" } });
  expect(letter?.error.message).toMatch(/^channel out, finding fnd_\w+: .*answered 404/);
  const [finding] = await world.findings();
  const { timeline } = await world.finding(finding?.id ?? "");
  expect(timeline.filter(({ kind }) => kind === "notice.failed")).toMatchObject([
    { by: "notify", text: expect.stringMatching(/^Could not tell channel out: .*answered 404/) },
  ]);
  await world.redrive(letter?.id ?? "");
  await settled(world, 1);
  expect(received).toHaveLength(2);
});

test("a receiver that hangs keeps neither other channels nor workflows waiting", async () => {
  const hanging = await aReceiver(() => undefined);
  const other = await aReceiver();
  const world = await aWorld(telling({ hanging: hook(hanging.url), other: hook(other.url) }));
  await world.receive(...trails(30));
  await until("all others are told", () => other.received.length === 30);
  expect(hanging.received.length).toBeLessThanOrEqual(16);
  await world.receive(trail("later"));
  await until("the next one too", () => other.received.length === 31);
});

test("a destination that fails again and again is left alone, and tried again later", async () => {
  let isUp = false;
  let failures = 0;
  const { url, received } = await aReceiver((_, response) => void response.writeHead(isUp ? 200 : 500).end());
  const log: Log = {
    ...{ debug() {}, info() {}, error() {} },
    warn: (event) => {
      if (event === "effect.failed") failures += 1;
    },
  };
  const world = await aWorld(telling({ out: hook(url) }), { log });
  await world.receive(...trails(30));
  await until("each has failed once", () => failures >= 30);
  // Five open it; as many as were under way then have been tried as well.
  expect(received.length).toBeLessThanOrEqual(20);
  isUp = true;
  const tried = received.length;
  await until("all arrive", () => {
    world.time.advance(5);
    return received.length >= tried + 30;
  });
  await settled(world, 30);
});
