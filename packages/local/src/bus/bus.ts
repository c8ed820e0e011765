import { DELIVERY, delayMs } from "@ephor/app/backoff";
import { type DeadLetterDeps, deadLetterWrites } from "@ephor/app/dead-letters";
import { executionItem } from "@ephor/app/execution-item";
import type { ErrorLike, ExecutionLine } from "@ephor/app/items";
import type { Item, Log, Write } from "@ephor/app/ports";
import { queryAll } from "@ephor/app/query-all";
import type { Config } from "@ephor/domain/config/config";
import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import type { Tenant } from "@ephor/domain/tenant";
import { addSeconds } from "@ephor/domain/time";
import {
  doneRow,
  INBOX_DUE,
  type InboxRow,
  inboxKey,
  isWaiting,
  type QueuedEvent,
  rowOf,
  waitingRow,
} from "../inbox/inbox-row.ts";
import type { Timers } from "../timers/timers.ts";

/** How a delivery to one workflow ended. `execution` is its line where it ran here (Express). */
export type Delivered = { readonly execution: ExecutionLine | null; readonly failure: ErrorLike | null };
export type Delivery = { readonly tenant: Tenant; readonly workflow: string; readonly row: InboxRow };

export type BusDeps = DeadLetterDeps & {
  readonly retention: Config["retention"];
  readonly timers: Timers;
  readonly log: Log;
  /** The workflows that the envelope's routes start, each once. */
  readonly workflowsFor: (envelope: JsonObject) => readonly string[];
  readonly deliver: (delivery: Delivery) => Promise<Delivered>;
  /** Deliveries at a time. */
  readonly concurrency: number;
  /** Delivers this share of events twice (0 to 1), as EventBridge may. */
  readonly duplicateRate?: number;
};
export type Bus = {
  /** `item` is the event's row as it was just stored; without it the row is read when its turn comes. */
  enqueue(event: QueuedEvent, item?: Item): void;
  /** Takes up every event that was accepted and not done; once, at start. */
  resume(tenants: readonly Tenant[]): Promise<number>;
  /** Accepted and not yet done. */
  depth(): number;
  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
};

const HOUR_SECONDS = 3_600;
const RESUME_PAGE = 500;
const HELD_MAX = 1_000;

/**
 * The local event bus: at least once, in no order, retried with back-off, dead-lettered; never kinder than EventBridge
 * (architecture rule 7). What it knows is in the inbox's rows, so it goes on after kill -9 at any point.
 */
export function localBus(d: BusDeps): Bus {
  const queue: QueuedEvent[] = [];
  const underWay = new Set<Promise<void>>();
  const onIdle: (() => void)[] = [];
  /** Rows just stored, while few wait; the store holds them all. */
  const held = new Map<string, Item>();
  let retrying = 0;
  let isStopped = false;

  const depth = () => queue.length + underWay.size + retrying;

  function pump(): void {
    while (!isStopped && queue.length > 0 && underWay.size < d.concurrency) {
      const event = takeAny();
      const work = handle(event).finally(() => {
        underWay.delete(work);
        pump();
      });
      underWay.add(work);
    }
    if (depth() === 0) for (const tell of onIdle.splice(0)) tell();
  }

  /** Any waiting event, not the oldest: nothing downstream may come to rely on an order. */
  function takeAny(): QueuedEvent {
    const [a = 0, b = 0] = d.random.bytes(2);
    const at = (a * 256 + b) % queue.length;
    const last = queue.pop();
    const taken = queue[at] ?? last;
    if (taken === undefined || last === undefined) throw new Error("took from an empty queue");
    if (at < queue.length) queue[at] = last;
    return taken;
  }

  async function handle(event: QueuedEvent): Promise<void> {
    try {
      const item = held.get(event.id) ?? (await d.store.get(inboxKey(event)));
      held.delete(event.id);
      if (item === undefined || !isWaiting(item)) return;
      await handleRow(event.tenant, item);
    } catch (cause) {
      d.log.error("bus.delivery-failed", { event: event.id, error: cause });
      retryAfter(event, DELIVERY.maxMs);
    }
  }

  async function handleRow(tenant: Tenant, item: Item): Promise<void> {
    const row = rowOf(item);
    try {
      const delivered = await deliverAll(d, { tenant, row });
      await finish(tenant, { item, row, delivered });
    } catch (cause) {
      await retryLater(tenant, { item, row, cause });
    }
  }

  async function finish(
    tenant: Tenant,
    of: { item: Item; row: InboxRow; delivered: readonly Delivered[] },
  ): Promise<void> {
    const { item, row, delivered } = of;
    const executions = delivered.flatMap(({ execution }) =>
      execution === null
        ? []
        : [
            {
              kind: "put" as const,
              item: executionItem(tenant, { line: execution, retention: d.retention }),
              when: { kind: "any" as const },
            },
          ],
    );
    const lost = delivered.find(({ failure }) => failure !== null)?.failure;
    const letter = lost ? await letterFor(d, { tenant, row, error: lost }) : [];
    await complete(tenant, { item, row, writes: [...executions, ...letter] });
  }

  async function complete(tenant: Tenant, of: { item: Item; row: InboxRow; writes: readonly Write[] }): Promise<void> {
    const done = doneRow(tenant, {
      row: of.row,
      at: d.clock.now(),
      keptSeconds: d.retention.inboxHours * HOUR_SECONDS,
    });
    const put = { kind: "put", item: done, when: { kind: "version", version: of.item.version } } as const;
    const result = await d.store.transact([put, ...of.writes], { lazily: true });
    if (!result.ok && result.error.code !== "store.conflict") throw new Error(result.error.message);
  }

  async function retryLater(
    tenant: Tenant,
    { item, row, cause }: { item: Item; row: InboxRow; cause: unknown },
  ): Promise<void> {
    const attempts = row.attempts + 1;
    d.log.warn("bus.delivery-failed", { event: row.id, attempts, error: cause, correlation_id: row.correlationId });
    const wait = delayMs(DELIVERY, { attempts, random: d.random });
    if (wait === undefined) {
      const error = { code: "bus.undeliverable", message: cause instanceof Error ? cause.message : String(cause) };
      await complete(tenant, { item, row, writes: await letterFor(d, { tenant, row: { ...row, attempts }, error }) });
      return;
    }
    const again = waitingRow(tenant, { row: { ...row, attempts }, at: addSeconds(d.clock.now(), wait / 1000) });
    await d.store.transact([{ kind: "put", item: again, when: { kind: "version", version: item.version } }]);
    retryAfter({ tenant, id: row.id }, wait);
  }

  function retryAfter(event: QueuedEvent, waitMs: number): void {
    retrying += 1;
    d.timers.after(waitMs, () => {
      retrying -= 1;
      enqueue(event);
    });
  }

  function enqueue(event: QueuedEvent, item?: Item): void {
    if (item !== undefined && held.size < HELD_MAX) held.set(event.id, item);
    queue.push(event);
    const [draw = 0] = d.random.bytes(1);
    if (d.duplicateRate !== undefined && draw / 256 < d.duplicateRate) queue.push(event);
    pump();
  }

  return {
    enqueue,
    depth,
    resume: async (tenants) => {
      let count = 0;
      for (const tenant of tenants) {
        for await (const item of queryAll(d.store, { tenant, index: "due", pk: INBOX_DUE, limit: RESUME_PAGE })) {
          queue.push({ tenant, id: rowOf(item).id });
          count += 1;
        }
      }
      pump();
      return count;
    },
    idle: () => (depth() === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve))),
    stop: async () => {
      isStopped = true;
      await Promise.allSettled(underWay);
    },
  };
}

async function deliverAll(
  d: BusDeps,
  { tenant, row }: { tenant: Tenant; row: InboxRow },
): Promise<readonly Delivered[]> {
  const envelope = await envelopeOf(d, { tenant, event: row.event });
  return Promise.all(d.workflowsFor(envelope).map((workflow) => d.deliver({ tenant, workflow, row })));
}

async function envelopeOf(d: BusDeps, { tenant, event }: { tenant: Tenant; event: JsonObject }): Promise<JsonObject> {
  const { ref } = event;
  if (!isJsonObject(ref) || typeof ref["id"] !== "string") return event;
  const bytes = await d.blobs.get({ tenant, id: ref["id"] });
  const value: Json = bytes === undefined ? null : JSON.parse(Buffer.from(bytes).toString("utf8"));
  if (!isJsonObject(value)) throw new Error(`the event ${ref["id"]} is not stored any more`);
  return value;
}

/** What a failed Express run leaves behind when it could not park its event itself. */
async function letterFor(
  d: BusDeps,
  of: { tenant: Tenant; row: InboxRow; error: ErrorLike },
): Promise<readonly Write[]> {
  const { tenant, row, error } = of;
  // Where the stored event is gone too, the reference says what is missing; to break here would try for ever.
  const content = await envelopeOf(d, { tenant, event: row.event }).catch(() => row.event);
  const { attempts, correlationId } = row;
  const letter = await deadLetterWrites(d, {
    tenant,
    kind: "event",
    source: row.id,
    content,
    error,
    attempts,
    correlationId,
  });
  return letter.writes;
}
