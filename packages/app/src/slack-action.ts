import type { Approval } from "@ephor/domain/approval";
import type { Config } from "@ephor/domain/config/config";
import type { Person } from "@ephor/domain/config/person";
import { EphorException, ephorError } from "@ephor/domain/error";
import { digestOf } from "@ephor/domain/ids";
import { err, ok, type Result } from "@ephor/domain/result";
import { epochMsOf } from "@ephor/domain/time";
import { readApproval } from "./approval-items.ts";
import { effectWrite } from "./effects.ts";
import type { Effect } from "./items.ts";
import { slackRequestKey } from "./keys.ts";
import { appendRecord } from "./ledger-record.ts";
import type { Clock, Log, OpenDialog, Random, SecretOf, Store, Write } from "./ports.ts";
import { readSlackPayload, type SlackDeed, subjectText } from "./slack-payload.ts";
import { isInTime, isSignedBy, type SignedBySlack } from "./slack-signature.ts";

export type SlackDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly config: Pick<Config, "channels" | "people" | "groups">;
  readonly secretOf: SecretOf;
  readonly openDialog: OpenDialog;
};
export type SlackRequest = SignedBySlack & { readonly correlationId: string };

/** A signature is remembered for as long as it could be used again, and as much again. */
const REMEMBERED_SECONDS = 660;
export const BY_BUTTON = "by button in Slack";

/**
 * Takes what a person did with Ephor's buttons in Slack (approvals.md, "Slack"): verified, each request once, from a known
 * person; what follows from it is stored as an effect before Slack is answered. Errors: `slack.refused` (forged, old or
 * repeated), `approval.not-eligible` (nobody known), `approval.not-found`, `input.invalid`.
 */
export async function slackAction(d: SlackDeps, request: SlackRequest): Promise<Result<void>> {
  const channels = isInTime(request.timestamp, d.clock.now()) ? await signersOf(d, request) : [];
  if (channels.length === 0) return refused(d, { request, why: "not signed by a configured Slack app, or too old" });
  const deed = readSlackPayload(request.body);
  if (!deed.ok) return deed;
  const person = d.config.people.find(({ slackId }) => slackId === deed.value.slackId);
  if (person === undefined) return unknownPerson(d, { request, deed: deed.value });
  const known = await readApproval(d, deed.value.subject);
  if (!known.ok) return known;
  const channel = channelFor(d, { approval: known.value.approval, deed: deed.value, channels });
  if (channel === undefined) return err(ephorError("approval.not-found", "this channel was not asked about it"));
  return take(d, { request, deed: deed.value, person, channel });
}

/** Channels whose app signed the request. Every secret is asked, so that the time tells nothing of which one it was. */
async function signersOf(d: SlackDeps, request: SlackRequest): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [name, channel] of Object.entries(d.config.channels)) {
    if (channel.kind !== "slack" || channel.signingSecret === undefined) continue;
    const secret = await d.secretOf(channel.signingSecret);
    if (secret.ok && isSignedBy(secret.value, request)) found.push(name);
  }
  return found;
}

type Doing = { readonly request: SlackRequest; readonly deed: SlackDeed };

/** Counted and logged, never ledgered: a stranger must not be able to fill the ledger. */
function refused(d: SlackDeps, { request, why }: { request: SlackRequest; why: string }): Result<void> {
  d.log.warn("slack.refused", { reason: why, correlation_id: request.correlationId });
  return err(ephorError("slack.refused", "the request is forged, too old, or was taken before"));
}

/** Genuine, and ledgered once a request. */
async function unknownPerson(d: SlackDeps, { request, deed }: Doing): Promise<Result<void>> {
  d.log.warn("slack.refused", { reason: "nobody known", correlation_id: request.correlationId });
  await noteRefusal(d, { request, deed, why: `Slack user ${deed.slackId} is nobody in the configuration` });
  return err(ephorError("approval.not-eligible", "your Slack user belongs to no person in Ephor's configuration"));
}

async function noteRefusal(d: SlackDeps, { request, deed, why }: Doing & { why: string }): Promise<void> {
  const { tenant, approvalId } = deed.subject;
  const record = appendRecord(d, {
    idempotencyKey: `slack refused ${request.signature}`,
    time: d.clock.now(),
    tenant,
    entity_type: "approval",
    this: approvalId,
    did: "refused",
    auth_method: "slack",
    description: why,
    correlation_id: request.correlationId,
  });
  const done = await d.store.transact([record]);
  if (!done.ok && done.error.code !== "store.conflict") throw new EphorException(done.error);
}

type Choosing = { readonly approval: Approval; readonly deed: SlackDeed; readonly channels: readonly string[] };

/** The channel of the configuration in which it was done: among those that the approval was told to. */
function channelFor(d: SlackDeps, { approval, deed, channels }: Choosing): string | undefined {
  const asked = channels.filter((name) => approval.terms.channels.includes(name));
  if (deed.kind === "submit") return asked.find((name) => name === deed.channel);
  const named = asked.find((name) => {
    const channel = d.config.channels[name];
    return channel?.kind === "slack" && channel.channel === deed.channelId;
  });
  return named ?? asked[0];
}

type Taking = Doing & { readonly person: Person; readonly channel: string };

/** Writes the effect together with the request's signature, so that the same request never does anything twice. */
async function take(d: SlackDeps, taking: Taking): Promise<Result<void>> {
  const { request, deed, channel } = taking;
  if (deed.kind === "press") {
    const first = await remember(d, taking, []);
    if (!first.ok) return first;
    const note = { subject: subjectText(deed.subject), decision: deed.decision, channel };
    const opened = await d.openDialog({ channel, triggerId: deed.triggerId, note });
    if (opened.ok) return ok(undefined);
    d.log.warn("slack.no-dialog", { code: opened.error.code, correlation_id: request.correlationId });
    return write(d, [effectOf(d, taking)]);
  }
  return remember(d, taking, [effectOf(d, taking)]);
}

function effectOf(d: SlackDeps, { request, deed, person, channel }: Taking): Write {
  const { correlationId } = request;
  const { tenant, approvalId } = deed.subject;
  const effect: Effect =
    deed.kind === "open"
      ? {
          ...{ kind: "notify", channel, correlationId },
          notice: {
            kind: "approval",
            approvalId,
            reminder: 0,
            person: person.id,
            asked: digestOf([request.signature]),
          },
        }
      : {
          ...{ kind: "decide", approvalId, person: person.id, decision: deed.decision, channel, correlationId },
          reason: deed.kind === "submit" && deed.reason !== "" ? deed.reason : BY_BUTTON,
        };
  return effectWrite({ tenant, effect, at: d.clock.now() });
}

async function remember(d: SlackDeps, { request, deed }: Doing, writes: readonly Write[]): Promise<Result<void>> {
  const expiresAt = Math.floor(epochMsOf(d.clock.now()) / 1000) + REMEMBERED_SECONDS;
  const item = { ...slackRequestKey(request.signature), v: 1, data: {}, expiresAt };
  const done = await d.store.transact([{ kind: "put", item, when: { kind: "absent" } }, ...writes]);
  if (done.ok) return ok(undefined);
  if (done.error.code !== "store.conflict" || done.error.path !== "/0") throw new EphorException(done.error);
  await noteRefusal(d, { request, deed, why: "the same request came a second time" });
  return refused(d, { request, why: "repeated" });
}

async function write(d: SlackDeps, writes: readonly Write[]): Promise<Result<void>> {
  const done = await d.store.transact(writes);
  if (!done.ok) throw new EphorException(done.error);
  return ok(undefined);
}
