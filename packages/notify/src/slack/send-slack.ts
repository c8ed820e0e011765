import type { ChannelOf } from "@ephor/domain/config/channel";
import type { JsonObject } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import { judged, refused } from "../outcome.ts";
import type { Sender, SenderDeps, Sending, Sent } from "../sender.ts";
import { slackBody } from "./blocks.ts";
import { callSlack, type SlackAnswer, type SlackError } from "./slack-api.ts";

type Slack = ChannelOf<"slack">;
type Of = Sending & { readonly channel: Slack };
type Call = (method: string, body: JsonObject) => Promise<Result<SlackAnswer, SlackError>>;

/** The message to be changed is not there any more, or is too old to be changed: a new one says the same. */
const NOT_CHANGEABLE = new Set([
  "message_not_found",
  "cant_update_message",
  "edit_window_closed",
  "channel_not_found",
  "is_inactive",
]);
const NOT_IN_CHANNEL = new Set(["user_not_in_channel", "channel_not_found"]);

/** By a bot token: a message, a change of one (`instead`), or what only one person sees (`to`). By an incoming webhook: messages alone. */
export const sendSlack: Sender<"slack"> = async (d, of) =>
  of.channel.webhookUrl === undefined ? byToken(d, of) : byWebhook(d, { ...of, webhookUrl: of.channel.webhookUrl });

async function byToken(d: SenderDeps, of: Of): Promise<Sent> {
  const { token: reference, channel, apiUrl } = of.channel;
  if (reference === undefined || channel === undefined) return refused("the channel has neither token nor webhook");
  const token = await d.secretOf(reference);
  if (!token.ok) return token;
  const call: Call = (method, body) => callSlack({ http: d.http, apiUrl, token: token.value }, { method, body });
  const said = { ...bodyOf(of), metadata: { event_type: "ephor_message", event_payload: { id: of.message.id } } };
  if (of.to !== undefined) return toPerson(call, { slackId: of.to.slackId, channel, said });
  const changed = of.instead === undefined ? undefined : await change(call, { instead: of.instead, said });
  if (changed !== undefined && (changed.ok || !NOT_CHANGEABLE.has(changed.error.slackError ?? "")))
    return sent(changed);
  return sent(await call("chat.postMessage", { channel, ...said }));
}

/** Buttons only where somebody hears them. */
function bodyOf({ message, channel }: Of): JsonObject {
  const isHeard = channel.signingSecret !== undefined && channel.webhookUrl === undefined;
  const { text, blocks } = slackBody(isHeard ? message : { ...message, actions: [] });
  return { text, blocks, unfurl_links: false, unfurl_media: false, parse: "none", link_names: false };
}

async function change(call: Call, { instead, said }: { instead: JsonObject; said: JsonObject }) {
  const { channel, ts } = instead;
  if (typeof channel !== "string" || typeof ts !== "string") return undefined;
  return call("chat.update", { channel, ts, ...said });
}

type ToPerson = { readonly slackId: string | undefined; readonly channel: string; readonly said: JsonObject };

/** In the channel, seen by that person alone; by direct message where the person is not in the channel. */
async function toPerson(call: Call, { slackId: user, channel, said }: ToPerson): Promise<Sent> {
  if (user === undefined) return refused("this person has no Slack id in the configuration");
  const shown = await call("chat.postEphemeral", { channel, user, ...said });
  const isAway = !shown.ok && NOT_IN_CHANNEL.has(shown.error.slackError ?? "");
  const done = isAway ? await call("chat.postMessage", { channel: user, ...said }) : shown;
  return done.ok ? ok({ reference: null }) : done;
}

function sent(answered: Result<SlackAnswer, SlackError>): Sent {
  if (!answered.ok) return answered;
  const { channel, ts } = answered.value;
  return ok({ reference: channel === undefined || ts === undefined ? null : { channel, ts } });
}

async function byWebhook(d: SenderDeps, of: Of & { readonly webhookUrl: string }): Promise<Sent> {
  if (of.to !== undefined) return refused("an incoming webhook of Slack cannot tell one person alone");
  const url = await d.secretOf(of.webhookUrl);
  if (!url.ok) return url;
  const { text, blocks, unfurl_links, unfurl_media } = bodyOf(of);
  const body = JSON.stringify({ text, blocks, unfurl_links, unfurl_media });
  const answered = await d.http.post({ url: url.value, body });
  if (!answered.ok) return answered;
  const judgement = judged(answered.value, "Slack's webhook");
  return judgement.ok ? ok({ reference: null }) : judgement;
}
