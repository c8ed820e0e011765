import { peopleAsked } from "@ephor/domain/approval-decision";
import type { Channel } from "@ephor/domain/config/channel";
import { EphorException, ephorError } from "@ephor/domain/error";
import type { Message, Notice } from "@ephor/domain/notice";
import { assertNever, err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import { type Composed, composeMessage, messageIdOf } from "./compose-message.ts";
import { deliveredWrites } from "./delivered.ts";
import { effectWrite } from "./effects.ts";
import { type Delivery, decode, type Effect } from "./items.ts";
import { approvalKey, deliveryKey, deliveryRange } from "./keys.ts";
import type { ComposeDeps } from "./notice-parts.ts";
import { placeInWindow } from "./notice-window.ts";
import type { NotifyError, Random, Write } from "./ports.ts";
import type { SendPaced } from "./send-paced.ts";

/** What became of an effect that was carried out. */
export type Carried =
  /** `writes` belong in the commit that takes the effect away; where they conflict it was done before, or is to be done again. */
  | { readonly kind: "done"; readonly writes: readonly Write[]; readonly onConflict: "done-before" | "again" }
  /** Not yet, which is no failure: its turn is promised then. */
  | { readonly kind: "wait"; readonly until: Timestamp }
  /** This process ends: it stays as it is for the next one. */
  | { readonly kind: "stopped" };
export const DONE: Carried = { kind: "done", writes: [], onConflict: "done-before" };

export type NoticeDeps = ComposeDeps & { readonly random: Random; readonly sendPaced: SendPaced };
type Notify = Extract<Effect, { kind: "notify" }>;
export type Delivering = Omit<Notify, "kind"> & {
  readonly tenant: Tenant;
  readonly effectId: string;
  readonly reserved: boolean;
};
export type Delivered = Promise<Result<Carried, NotifyError>>;

const PEOPLE_AT_ONCE = 50;

export const refusedNotice = (message: string) => err<NotifyError>(ephorError("notify.refused", message));

/** The settings of a channel; one that is not configured any more refuses what is meant for it. */
export function channelOf(d: Pick<ComposeDeps, "config">, name: string): Result<Channel, NotifyError> {
  const channel = Object.hasOwn(d.config.channels, name) ? d.config.channels[name] : undefined;
  return channel === undefined ? refusedNotice(`there is no channel ${name} in the configuration`) : ok(channel);
}

/**
 * Tells one channel of what a notice names, once: what is like it within the channel's window goes as one, what is more
 * than the channel takes waits, and requests for approval go to each person by mail, with a link of their own.
 */
export async function deliverNotice(d: NoticeDeps, of: Delivering): Delivered {
  const { tenant, channel, notice } = of;
  const settings = channelOf(d, channel);
  if (!settings.ok) return settings;
  if (isForPeople(settings.value, notice)) return toEachPerson(d, { of, approvalId: notice.approvalId });
  const receiver = receiverOf(d, { settings: settings.value, notice });
  if (!receiver.ok) return receiver;
  const group = groupOf(notice);
  const messageId = messageIdOf(tenant, { channel, notice });
  if ((await d.store.get(deliveryKey(tenant, { channel, group, messageId }))) !== undefined) return ok(DONE);
  const composed = await composeMessage(d, { tenant, channel, notice });
  if (composed === null) return ok(DONE);
  return (
    (await held(d, { of, composed, settings: settings.value })) ??
    send(d, { of, composed, settings: settings.value, ...receiver.value })
  );
}

type Ready = { readonly of: Delivering; readonly composed: Composed; readonly settings: Channel };

/** What waits for others like it. One that has waited for its turn already goes. */
async function held(
  d: NoticeDeps,
  { of, composed, settings }: Ready,
): Promise<Result<Carried, NotifyError> | undefined> {
  const { alike } = composed.message;
  if (alike === null || settings.groupSeconds === 0 || of.reserved) return undefined;
  const place = await placeInWindow(d, { ...of, alike, groupSeconds: settings.groupSeconds });
  return place.kind === "now" ? undefined : ok({ kind: "done", writes: place.writes, onConflict: "again" });
}

type Receiver = { readonly person: string | null; readonly to?: { readonly email: string; readonly slackId?: string } };

async function send(d: NoticeDeps, ready: Ready & Receiver): Delivered {
  const { of, composed, settings, person, to } = ready;
  const { message, findingId } = composed;
  const { channel, correlationId, reserved } = of;
  const changes = of.notice.kind === "approval-ended" ? await referencesOf(d, { of, message }) : [];
  const { messagesPerMinute } = settings;
  const sent = await d.sendPaced({
    channel,
    message,
    changes,
    messagesPerMinute,
    reserved,
    ...(to === undefined ? {} : { to }),
  });
  if (!sent.ok) return sent;
  if (sent.value.kind !== "sent") return ok(sent.value);
  const { reference } = sent.value;
  const at = d.clock.now();
  const writes = deliveredWrites(d, { message, channel, findingId, person, reference, at, correlationId });
  return ok({ kind: "done", writes, onConflict: "done-before" });
}

/** Messages of the same matter in this channel that can be changed. */
async function referencesOf(d: NoticeDeps, { of, message }: { of: Delivering; message: Message }) {
  const range = deliveryRange(of.tenant, { channel: of.channel, group: message.group });
  const { items } = await d.store.query({ ...range, limit: 100 });
  return items
    .map((item): Delivery => decode("delivery", item))
    .flatMap(({ reference }) => (reference === null ? [] : [reference]));
}

type ApprovalNotice = Extract<Notice, { kind: "approval" }>;

/** By mail nobody is asked to decide by a link that others have as well. */
const isForPeople = (settings: Channel, notice: Notice): notice is ApprovalNotice =>
  settings.kind === "email" && notice.kind === "approval" && notice.person === undefined;

/** One effect a person: each is tried, and given up, by itself. */
async function toEachPerson(d: NoticeDeps, { of, approvalId }: { of: Delivering; approvalId: string }): Delivered {
  const { tenant, channel, notice, correlationId } = of;
  const item = await d.store.get(approvalKey(tenant, approvalId));
  const people = item === undefined ? [] : peopleAsked(decode("approval", item), d.config.groups);
  const at = d.clock.now();
  const writes = people.map((person) =>
    effectWrite({
      tenant,
      at,
      effect: { kind: "notify", channel, notice: { ...notice, person }, correlationId } as Notify,
    }),
  );
  while (writes.length > PEOPLE_AT_ONCE) {
    const done = await d.store.transact(writes.splice(0, PEOPLE_AT_ONCE));
    if (!done.ok) throw new EphorException(done.error);
  }
  return ok({ kind: "done", writes, onConflict: "again" });
}

function receiverOf(
  d: NoticeDeps,
  { settings, notice }: { settings: Channel; notice: Notice },
): Result<Receiver, NotifyError> {
  const id = notice.kind === "approval" ? notice.person : undefined;
  if (id === undefined) return ok({ person: null });
  if (settings.kind !== "email" && settings.kind !== "slack") {
    return refusedNotice(`a channel of kind ${settings.kind} cannot tell one person alone`);
  }
  const person = d.config.people.find((one) => one.id === id);
  if (person === undefined) return refusedNotice(`there is no person ${id} in the configuration`);
  const { email, slackId } = person;
  return ok({ person: id, to: { email, ...(slackId === undefined ? {} : { slackId }) } });
}

/** What messages of a notice belong to, as their composition says as well. */
export function groupOf(notice: Notice): string {
  switch (notice.kind) {
    case "finding":
    case "response":
      return notice.findingId;
    case "approval":
    case "approval-ended":
      return notice.approvalId;
    case "exception":
      return notice.exceptionId;
    default:
      return assertNever(notice);
  }
}
