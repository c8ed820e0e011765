import { EphorException } from "@ephor/domain/error";
import type { Message, Notice } from "@ephor/domain/notice";
import { ok } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { composeMessage, messageIdOf } from "./compose-message.ts";
import { channelOf, type Delivered, DONE, type NoticeDeps } from "./deliver-notice.ts";
import { deliveredWrites, toldWrite } from "./delivered.ts";
import type { Effect } from "./items.ts";
import { deliveryKey } from "./keys.ts";
import { digestSaid } from "./notice-digest.ts";
import { closeWindow, type Held, heldIn } from "./notice-window.ts";
import type { Write } from "./ports.ts";

export type DeliveringGroup = Omit<Extract<Effect, { kind: "notify-group" }>, "kind"> & {
  readonly tenant: Tenant;
  readonly effectId: string;
  readonly reserved: boolean;
};

/** Held notices whose two writes each, with those of the message, fit into one transaction. */
const AT_ONCE = 40;

/** At the end of a channel's window: what was held in it goes as one message; one alone goes as what it is. */
export async function deliverGroup(d: NoticeDeps, of: DeliveringGroup): Delivered {
  const { tenant, channel, reserved } = of;
  const settings = channelOf(d, channel);
  if (!settings.ok) return settings;
  await closeWindow(d, { ...of, groupSeconds: settings.value.groupSeconds });
  const held = await heldIn(d, of);
  if (held.length === 0) return ok(DONE);
  const message = await messageOf(d, { of, held });
  const known = await d.store.get(deliveryKey(tenant, { channel, group: message.group, messageId: message.id }));
  if (known !== undefined) return settle(d, { of, held, message, sent: [] });
  const { messagesPerMinute } = settings.value;
  const sent = await d.sendPaced({ channel, message, messagesPerMinute, reserved });
  if (!sent.ok) return sent;
  if (sent.value.kind !== "sent") return ok(sent.value);
  const { reference } = sent.value;
  const gone = { message, channel, findingId: null, person: null, reference, at: d.clock.now() };
  return settle(d, { of, held, message, sent: deliveredWrites(d, { ...gone, correlationId: of.correlationId }) });
}

type Flushing = { readonly of: DeliveringGroup; readonly held: readonly Held[] };

async function messageOf(d: NoticeDeps, { of, held }: Flushing): Promise<Message> {
  const { tenant, channel, alike, endsAt } = of;
  const id = messageIdOf(tenant, { channel, notice: { kind: "digest", alike, endsAt } });
  const [only] = held;
  const alone =
    held.length === 1 && only !== undefined ? await composeMessage(d, { tenant, channel, notice: only.notice }) : null;
  // Its id and group are the window's, so that a repeat is known whatever else has been held or sent.
  if (alone !== null) return { ...alone.message, id };
  const said = await digestSaid(d, { tenant, alike, held });
  return { id, kind: "digest", tenant, at: d.clock.now(), ...said };
}

/** Writes down that it went, then takes away what was held, a part at a time; a repeat goes on where the last one ended. */
async function settle(
  d: NoticeDeps,
  { of, held, message, sent }: Flushing & { readonly message: Message; readonly sent: readonly Write[] },
): Delivered {
  let first = sent;
  const rest = [...held];
  while (rest.length > AT_ONCE || first.length > 0) {
    const part = rest.splice(0, AT_ONCE);
    const done = await d.store.transact([...first, ...part.flatMap((one) => goneWrites(d, { of, message, one }))]);
    if (!done.ok) throw new EphorException(done.error);
    first = [];
  }
  const writes = rest.flatMap((one) => goneWrites(d, { of, message, one }));
  return ok({ kind: "done", writes, onConflict: "again" });
}

function goneWrites(
  d: NoticeDeps,
  { of, message, one }: { of: DeliveringGroup; message: Message; one: Held },
): readonly Write[] {
  const { item, notice, correlationId } = one;
  const told = { message, channel: of.channel, person: null, at: d.clock.now(), correlationId };
  return [
    { kind: "delete", key: item, when: { kind: "version", version: item.version } },
    ...aboutFinding(notice).map(({ findingId, generation }) =>
      toldWrite(told, { findingId, cause: String(generation) }),
    ),
  ];
}

const aboutFinding = (notice: Notice) => (notice.kind === "finding" || notice.kind === "response" ? [notice] : []);
