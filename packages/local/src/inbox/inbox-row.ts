import { timeAndId } from "@ephor/app/keys";
import type { IndexKey, Item, ItemInput, Key } from "@ephor/app/ports";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import type { Tenant } from "@ephor/domain/tenant";
import { epochMsOf, type Timestamp } from "@ephor/domain/time";

/** An accepted event until it is done, and 24 h longer (a setting) so that a repeat is known (architecture rule 12). */
export type InboxRow = {
  readonly id: string;
  /** The envelope, or `{ref}` where it is over 240 KiB: the `event` of the workflow's input. */
  readonly event: JsonObject;
  readonly correlationId: string;
  readonly receivedAt: Timestamp;
  readonly attempts: number;
};
export type QueuedEvent = { readonly tenant: Tenant; readonly id: string };

export const INBOX_DUE = "inbox";
const VERSION = 1;

export const inboxKey = ({ tenant, id }: QueuedEvent): Key => ({ tenant, pk: `inbox#${id}`, sk: "@" });

const dueFrom = (at: Timestamp, id: string): IndexKey => ({ pk: INBOX_DUE, sk: timeAndId(at, id) });

/** The row while the event waits to be tried at `at`. */
export const waitingRow = (tenant: Tenant, { row, at }: { row: InboxRow; at: Timestamp }): ItemInput => ({
  ...inboxKey({ tenant, id: row.id }),
  v: VERSION,
  data: { ...row },
  indexes: { due: dueFrom(at, row.id) },
});

/** The row once the event is done: what it was is dropped, that it was is kept for `keptSeconds`. */
export const doneRow = (
  tenant: Tenant,
  { row, at, keptSeconds }: { row: InboxRow; at: Timestamp; keptSeconds: number },
): ItemInput => ({
  ...inboxKey({ tenant, id: row.id }),
  v: VERSION,
  data: { ...row, event: {}, doneAt: at },
  expiresAt: Math.floor(epochMsOf(at) / 1000) + keptSeconds,
});

export const isWaiting = (item: Item): boolean => item.indexes?.due !== undefined;

/** Reads a row back; only the inbox writes these items. */
export function rowOf(item: Item): InboxRow {
  if (item.v !== VERSION || !isJsonObject(item.data["event"]))
    throw new Error(`${item.pk}: no inbox row of version ${VERSION}`);
  return item.data as unknown as InboxRow;
}
