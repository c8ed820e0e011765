import { EphorException } from "@ephor/domain/error";
import { addSeconds, epochMsOf, type Timestamp, timestamp } from "@ephor/domain/time";
import { type ChannelPace, decode, encode } from "./items.ts";
import { channelPaceKey } from "./keys.ts";
import type { Clock, Store } from "./ports.ts";

const WINDOW_SECONDS = 60;
const ATTEMPTS_MAX = 20;

/** Promises each message of a channel the time at which it is its turn; never more in a minute than the channel takes. */
export type TakeTurn = (of: { readonly channel: string; readonly messagesPerMinute: number }) => Promise<Timestamp>;

type Waiting = { readonly settle: (turn: Timestamp) => void; readonly fail: (cause: unknown) => void };

/**
 * The first of a minute go at once; what is more is spread evenly over the minutes to come. What is promised is stored, so
 * it holds across processes and starts. Who asks while a promise is being written shares the next writing.
 */
export function channelPace(d: { readonly store: Store; readonly clock: Clock }): TakeTurn {
  const queues = new Map<string, Waiting[]>();

  async function serve(channel: string, messagesPerMinute: number, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0);
      try {
        const turns = await promise(d, { channel, messagesPerMinute, count: batch.length });
        for (const [index, { settle }] of batch.entries()) settle(turns[index] ?? d.clock.now());
      } catch (cause) {
        for (const { fail } of batch) fail(cause);
      }
    }
    queues.delete(channel);
  }

  return ({ channel, messagesPerMinute }) =>
    new Promise((settle, fail) => {
      const queue = queues.get(channel);
      if (queue !== undefined) {
        queue.push({ settle, fail });
        return;
      }
      const mine = [{ settle, fail }];
      queues.set(channel, mine);
      void serve(channel, messagesPerMinute, mine);
    });
}

type Asked = { readonly channel: string; readonly messagesPerMinute: number; readonly count: number };

async function promise(d: { store: Store; clock: Clock }, asked: Asked): Promise<readonly Timestamp[]> {
  const key = channelPaceKey(asked.channel);
  for (let attempt = 1; ; attempt++) {
    const item = await d.store.get(key);
    const { pace, turns } = turnsFrom(item && decode("channel-pace", item), { ...asked, now: d.clock.now() });
    const when =
      item === undefined ? ({ kind: "absent" } as const) : ({ kind: "version", version: item.version } as const);
    const done = await d.store.transact([{ kind: "put", item: { ...key, ...encode("channel-pace", pace) }, when }]);
    if (done.ok) return turns;
    if (done.error.code !== "store.conflict" || attempt >= ATTEMPTS_MAX) throw new EphorException(done.error);
  }
}

/** The turns of the next `count` messages after `pace`, and the pace after them. */
export function turnsFrom(
  known: ChannelPace | undefined,
  { messagesPerMinute, count, now }: Pick<Asked, "messagesPerMinute" | "count"> & { readonly now: Timestamp },
): { readonly pace: ChannelPace; readonly turns: readonly Timestamp[] } {
  const isOver = known === undefined || addSeconds(known.from, WINDOW_SECONDS) <= now;
  let { from, used } = isOver ? { from: now, used: 0 } : known;
  const turns: Timestamp[] = [];
  for (let place = 0; place < count; place++) {
    if (used >= messagesPerMinute) {
      from = addSeconds(from, WINDOW_SECONDS);
      used = 0;
    }
    turns.push(from <= now ? now : spread(from, used / messagesPerMinute));
    used++;
  }
  return { pace: { from, used }, turns };
}

const spread = (from: Timestamp, share: number): Timestamp =>
  timestamp(epochMsOf(from) + Math.floor(share * WINDOW_SECONDS * 1000));
