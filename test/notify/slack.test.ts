import { parseConfig } from "@ephor/domain/config/parse-config";
import { ok } from "@ephor/domain/result";
import { httpPoster } from "@ephor/notify/http/http-poster";
import { slackBody } from "@ephor/notify/slack/blocks";
import { dialogView } from "@ephor/notify/slack/open-dialog";
import { sendSlack } from "@ephor/notify/slack/send-slack";
import type { KnownBlock } from "@slack/types";
import fc from "fast-check";
import { expect, test } from "vitest";
import { aMessage, anApprovalId, everywhere } from "./support/a-message.ts";
import { refusedBySlack, textsOf } from "./support/block-kit.ts";
import { aReceiver } from "./support/servers.ts";

const HOSTILE = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.string({ unit: fc.constantFrom("&", "<", ">", "*", "_", "~", "`", "é", "😀", "\n"), maxLength: 4000 }),
  fc.constantFrom("<!channel>", "<@U012>", "<https://evil.example|Approve>", "*bold*", "```", "@here", "<!subteam^S1>"),
);

test("whatever a finding says, Slack takes the message and nobody is mentioned or misled by it", () => {
  fc.assert(
    fc.property(HOSTILE, (text) => {
      const { text: told, blocks } = slackBody(everywhere(text));
      expect(refusedBySlack({ text: told, blocks: blocks as unknown as readonly KnownBlock[] })).toEqual([]);
      // The one link is Ephor's own; nothing else begins with what Slack reads as a link or mention.
      const opened = textsOf([{ text: told }, ...blocks]).flatMap((one) => one.match(/<[^>]*>?/g) ?? []);
      expect(opened).toEqual(["<https://ephor.example/findings/fnd_1|The finding in Ephor>"]);
      for (const one of textsOf(blocks)) expect(one).not.toMatch(/&(?!amp;|lt;|gt;)/);
    }),
    { numRuns: 300 },
  );
});

test("the dialog that asks for a reason keeps to Slack's bounds and carries back what it is about", () => {
  const note = { subject: `default/${anApprovalId}`, decision: "reject", channel: "security" } as const;
  const view = dialogView(note) as { title: { text: string }; private_metadata: string; blocks: unknown[] };
  expect(view.title.text.length).toBeLessThanOrEqual(24);
  expect(view.private_metadata.length).toBeLessThanOrEqual(3000);
  expect(JSON.parse(view.private_metadata)).toEqual(note);
});

/** Slack's Web API as far as it is called, on this machine. */
async function aSlack(answers: Readonly<Record<string, object>> = {}) {
  const receiver = await aReceiver(({ path }, response) => {
    const method = path.split("/").at(-1) ?? "";
    response.end(JSON.stringify(answers[method] ?? { ok: true, channel: "C0123456789", ts: "1.2" }));
  });
  const config = parseConfig({ channels: { security: { ...SLACK, apiUrl: `${receiver.url}/api` } } }, { file: "test" });
  const channel = config.ok ? config.value.channels["security"] : undefined;
  if (channel?.kind !== "slack") throw new Error("no channel");
  return { ...receiver, channel };
}
const SLACK = { kind: "slack", token: "env:T", signingSecret: "env:S", channel: "C0123456789" };
const deps = { http: httpPoster(), clock: { now: () => aMessage().at }, secretOf: async () => ok("xoxb-secret") };
const methodsOf = (received: readonly { path: string }[]) => received.map(({ path }) => path.split("/").at(-1));
const BUTTONS = [{ decision: "approve", label: "Approve", approvalId: anApprovalId }] as const;

test("a message is posted with the token in a header alone, and its place is what comes back", async () => {
  const { channel, received } = await aSlack();
  const sent = await sendSlack(deps, { channel, message: aMessage({ actions: BUTTONS }) });
  expect(sent).toEqual(ok({ reference: { channel: "C0123456789", ts: "1.2" } }));
  expect(received[0]?.path).toBe("/api/chat.postMessage");
  expect(received[0]?.headers.authorization).toBe("Bearer xoxb-secret");
  expect(received[0]?.body).not.toContain("xoxb");
  const body = JSON.parse(received[0]?.body ?? "");
  expect(body).toMatchObject({ channel: "C0123456789", metadata: { event_payload: { id: aMessage().id } } });
  expect(JSON.stringify(body.blocks)).toContain(`default/${anApprovalId}`);
});

test("a message that stands there is changed, and posted anew where it cannot be", async () => {
  const there = await aSlack();
  const instead = { channel: "C0123456789", ts: "1.2" };
  await sendSlack(deps, { channel: there.channel, message: aMessage(), instead });
  expect(methodsOf(there.received)).toEqual(["chat.update"]);
  const gone = await aSlack({ "chat.update": { ok: false, error: "message_not_found" } });
  expect((await sendSlack(deps, { channel: gone.channel, message: aMessage(), instead })).ok).toBe(true);
  expect(methodsOf(gone.received)).toEqual(["chat.update", "chat.postMessage"]);
});

test("what is for one person is seen by that one alone, by direct message where they are not in the channel", async () => {
  const to = { email: "a@example.com", slackId: "U0123456789" };
  const here = await aSlack();
  await sendSlack(deps, { channel: here.channel, message: aMessage(), to });
  expect(methodsOf(here.received)).toEqual(["chat.postEphemeral"]);
  expect(JSON.parse(here.received[0]?.body ?? "")).toMatchObject({ user: "U0123456789" });
  const away = await aSlack({ "chat.postEphemeral": { ok: false, error: "user_not_in_channel" } });
  await sendSlack(deps, { channel: away.channel, message: aMessage(), to });
  expect(JSON.parse(away.received[1]?.body ?? "")).toMatchObject({ channel: "U0123456789" });
  const nobody = await sendSlack(deps, { channel: here.channel, message: aMessage(), to: { email: "a@example.com" } });
  expect(nobody).toMatchObject({ ok: false, error: { code: "notify.refused" } });
});

test("buttons go out only where a click would be heard", async () => {
  const { channel, received } = await aSlack();
  const { signingSecret: _, ...deaf } = channel;
  await sendSlack(deps, { channel: deaf, message: aMessage({ actions: BUTTONS }) });
  expect(received[0]?.body).not.toContain('"actions"');
});

test.each([
  [{ ok: false, error: "channel_not_found" }, "notify.refused"],
  [{ ok: false, error: "invalid_auth" }, "notify.refused"],
  [{ ok: false, error: "internal_error" }, "notify.failed"],
  [{ ok: false, error: "ratelimited" }, "notify.failed"],
  ["nonsense", "notify.failed"],
])("Slack's answer %j is %s", async (answer, code) => {
  const { channel } = await aSlack({ "chat.postMessage": answer as object });
  expect(await sendSlack(deps, { channel, message: aMessage() })).toMatchObject({ ok: false, error: { code } });
});

test("too many requests wait for as long as Slack says", async () => {
  const { url } = await aReceiver((_, response) => void response.writeHead(429, { "retry-after": "17" }).end());
  const { channel } = await aSlack();
  const sent = await sendSlack(deps, { channel: { ...channel, apiUrl: url }, message: aMessage() });
  expect(sent).toMatchObject({ ok: false, error: { code: "notify.failed", retryAfterSeconds: 17 } });
});

test("an incoming webhook takes messages, and neither buttons nor what is for one person", async () => {
  const { url, received } = await aReceiver();
  const { token: _, ...rest } = (await aSlack()).channel;
  const channel = { ...rest, webhookUrl: "env:HOOK" };
  const by = { ...deps, secretOf: async () => ok(`${url}/services/T/B/secret`) };
  expect(await sendSlack(by, { channel, message: aMessage({ actions: BUTTONS }) })).toEqual(ok({ reference: null }));
  expect(received[0]?.path).toBe("/services/T/B/secret");
  expect(received[0]?.body).not.toContain('"actions"');
  const alone = await sendSlack(by, { channel, message: aMessage(), to: { email: "a@example.com", slackId: "U1" } });
  expect(alone).toMatchObject({ ok: false, error: { code: "notify.refused" } });
});
