import type { Blobs, Clock, Inbox, Item, Store } from "@ephor/app/ports";
import { ephorError } from "@ephor/domain/error";
import { inboxIdOf } from "@ephor/domain/ids";
import type { JsonObject } from "@ephor/domain/json";
import { err, ok } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { epochMsOf } from "@ephor/domain/time";
import { type QueuedEvent, waitingRow } from "./inbox-row.ts";

/** Step Functions passes 256 KiB between states; what is larger goes by reference (delivery.md). */
const INLINE_BYTES_MAX = 240 * 1024;
const EVENT_BYTES_MAX = 5 * 1024 * 1024;
/** Longer than a dead letter is kept, so that a reference never outlives what it names. */
const BLOB_KEPT_SECONDS = 15 * 86_400;

export type InboxDeps = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly clock: Clock;
  /** Events accepted and not yet done. */
  readonly depth: () => number;
  /** Above this many the inbox is full and refuses. */
  readonly depthMax: number;
  /** Called after the event is durable. */
  readonly onAccepted: (event: QueuedEvent, item: Item) => void;
};

/**
 * The durable inbox: an event is acknowledged only after it is stored (ingest.md). The same event within a day is
 * acknowledged and changes nothing.
 */
export function durableInbox(d: InboxDeps): Inbox {
  // One request may bring thousands: those on their way into the store count as well.
  let accepting = 0;
  return {
    async accept(event) {
      if (d.depth() + accepting >= d.depthMax)
        return err(ephorError("node.busy", `the inbox holds ${d.depthMax} events; send again shortly`));
      accepting += 1;
      try {
        return await store(d, event);
      } finally {
        accepting -= 1;
      }
    },
  };
}

type Accepting = Parameters<Inbox["accept"]>[0];

async function store(d: InboxDeps, { tenant, envelope, correlationId, again }: Accepting): ReturnType<Inbox["accept"]> {
  const text = JSON.stringify(envelope);
  const bytes = Buffer.byteLength(text);
  if (bytes > EVENT_BYTES_MAX) {
    return err(ephorError("input.too-large", `an event of ${bytes} bytes, expected at most ${EVENT_BYTES_MAX}`));
  }
  const id = inboxIdOf(tenant, again === undefined ? text : `${text} ${again}`);
  const event = bytes <= INLINE_BYTES_MAX ? envelope : await byReference(d, { tenant, id, text });
  const receivedAt = d.clock.now();
  const row = waitingRow(tenant, { row: { id, event, correlationId, receivedAt, attempts: 0 }, at: receivedAt });
  const stored = await d.store.transact([{ kind: "put", item: row, when: { kind: "absent" } }]);
  if (stored.ok) d.onAccepted({ tenant, id }, { ...row, version: 1 });
  if (stored.ok || stored.error.code === "store.conflict") return ok({ id, isNew: stored.ok });
  return err(ephorError("input.too-large", stored.error.message));
}

async function byReference(
  d: InboxDeps,
  { tenant, id, text }: { tenant: Tenant; id: string; text: string },
): Promise<JsonObject> {
  const expiresAt = Math.floor(epochMsOf(d.clock.now()) / 1000) + BLOB_KEPT_SECONDS;
  await d.blobs.put({ tenant, id, bytes: Buffer.from(text), expiresAt });
  return { ref: { tenant, id } };
}
