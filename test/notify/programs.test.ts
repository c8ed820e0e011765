import { createHmac } from "node:crypto";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { ok } from "@ephor/domain/result";
import { httpPoster } from "@ephor/notify/http/http-poster";
import { notifier } from "@ephor/notify/notifier";
import { pagerdutyEvent } from "@ephor/notify/pagerduty/send-pagerduty";
import { TEAMS_BYTES_MAX, teamsBody } from "@ephor/notify/teams/teams-card";
import { webhookBodySchema } from "@ephor/notify/webhook/webhook-body";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { aMessage, everywhere } from "./support/a-message.ts";
import { aReceiver, type Received } from "./support/servers.ts";

/** A notifier with one channel, and every secret `key`. */
function aNotifier(channel: object) {
  const config = parseConfig({ channels: { out: channel } }, { file: "test" });
  if (!config.ok) throw new Error(config.error.message);
  const http = httpPoster();
  onTestFinished(() => http.close());
  const { channels } = config.value;
  return notifier({ channels, http, clock: { now: () => aMessage().at }, secretOf: async () => ok("key") });
}

/** As a receiver verifies it, by the documentation alone. */
function isGenuine({ headers, body }: Received, key: string): boolean {
  const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["x-ephor-signature"])) ?? [];
  return v1 === createHmac("sha256", key).update(`${t}.${body}`).digest("hex");
}

test("a webhook gets a signed body of the published shape, under its delivery's id", async () => {
  const { url, received } = await aReceiver();
  const send = aNotifier({ kind: "webhook", url: `${url}/in`, signingKey: "env:KEY" }).send;
  expect(await send({ channel: "out", message: aMessage() })).toEqual(ok({ reference: null }));
  const [one] = received;
  if (one === undefined) throw new Error("nothing came");
  expect(isGenuine(one, "key")).toBe(true);
  expect(isGenuine({ ...one, body: `${one.body} ` }, "key")).toBe(false);
  expect(isGenuine(one, "another key")).toBe(false);
  expect(one.headers["x-ephor-delivery"]).toBe(aMessage().id);
  expect(webhookBodySchema.parse(JSON.parse(one.body))).toMatchObject({ id: aMessage().id, kind: "finding" });
});

test("a webhook is never handed what decides: neither codes nor buttons", async () => {
  const { url, received } = await aReceiver();
  await aNotifier({ kind: "webhook", url }).send({ channel: "out", message: everywhere("text") });
  expect(received[0]?.body).not.toMatch(/2X9F|"actions"|"code"/);
  expect(received[0]?.headers["x-ephor-signature"]).toBeUndefined();
});

test("PagerDuty is told to trigger, and to resolve the same incident when the matter is settled", async () => {
  const { url, received } = await aReceiver((_, response) => void response.writeHead(202).end("{}"));
  const { send } = aNotifier({ kind: "pagerduty", routingKey: "env:KEY", url });
  await send({ channel: "out", message: aMessage() });
  await send({ channel: "out", message: aMessage({ settles: true }) });
  const events = received.map(({ body }) => JSON.parse(body));
  expect(events).toMatchObject([
    { routing_key: "key", event_action: "trigger", payload: { severity: "error", source: "ephor" } },
    { event_action: "resolve" },
  ]);
  expect(new Set(events.map(({ dedup_key: key }) => key)).size).toBe(1);
});

test("Teams is posted one Adaptive Card", async () => {
  const { url, received } = await aReceiver((_, response) => void response.writeHead(202).end());
  const { send } = aNotifier({ kind: "teams", webhookUrl: "env:URL" });
  // The secret is the address itself here.
  const http = httpPoster();
  onTestFinished(() => http.close());
  const config = parseConfig({ channels: { out: { kind: "teams", webhookUrl: "env:URL" } } }, { file: "test" });
  if (!config.ok) throw new Error(config.error.message);
  const byUrl = notifier({
    ...{ channels: config.value.channels, http, clock: { now: () => aMessage().at }, secretOf: async () => ok(url) },
  });
  expect(await byUrl.send({ channel: "out", message: aMessage() })).toEqual(ok({ reference: null }));
  expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: { type: "AdaptiveCard" } }],
  });
  expect(await send({ channel: "out", message: aMessage() })).toMatchObject({ error: { code: "notify.refused" } });
});

const STRANGE = fc.oneof(
  fc.string({ unit: "binary", maxLength: 3000 }),
  fc.string({ unit: fc.constantFrom("[", "]", "(", ")", "*", "#", "<", "&", "😀", "\u202e"), maxLength: 3000 }),
);

test("whatever a finding says, Teams and PagerDuty take it, and Teams reads no markup in it", () => {
  fc.assert(
    fc.property(STRANGE, (text) => {
      const message = everywhere(text);
      const body = teamsBody(message);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(TEAMS_BYTES_MAX);
      // Text runs are shown as they are; text blocks and facts would be read as Markdown.
      const types = [...body.matchAll(/"type":"(\w+(?:\.\w+)?)"/g)].map(([, type]) => type);
      expect([...new Set(types)].filter((type) => !TEAMS_TYPES.has(type ?? ""))).toEqual([]);
      const event = pagerdutyEvent(message) as { dedup_key: string; payload: { summary: string } };
      expect(event.payload.summary.length).toBeLessThanOrEqual(1024);
      expect(event.dedup_key.length).toBeLessThanOrEqual(255);
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(512 * 1024);
    }),
    { numRuns: 100 },
  );
});
const TEAMS_TYPES = new Set(["message", "AdaptiveCard", "RichTextBlock", "TextRun", "Action.OpenUrl"]);

test("a channel that is not configured is refused", async () => {
  const sent = await aNotifier({ kind: "webhook", url: "http://127.0.0.1:9/" }).send({
    channel: "gone",
    message: aMessage(),
  });
  expect(sent).toMatchObject({ ok: false, error: { code: "notify.refused" } });
});
