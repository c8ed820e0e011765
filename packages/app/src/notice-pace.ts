import { EphorException } from "@ephor/domain/error";
import { addSeconds, epochMsOf, type Timestamp, timestamp } from "@ephor/domain/time";
import { type ChannelPace, decode, encode } from "./items.ts";
import { channelPaceKey } from "./keys.ts";
import type { Clock, Store } from "./ports.ts";

const WINDOW_SECONDS = 60;
const ATTEMPTS_MAX = 20;

/**
 * Promises each message of a channel the time at which it is its turn: never more in a minute than the channel takes, where
 * a minute begins with the first message after the last one is over. Two bursts on both sides of where two minutes meet can
 * so be up to twice as many within sixty seconds.
 */
export type TakeTurn = (of: { readonly channel: string; readonly messagesPerMinute: number }) => Promise<Timestamp>;

export type PaceDeps = {
  readonly store: Store;
  readonly clock: Clock;
  /** Turns of this minute that one writing may promise beyond those asked for, a tenth of it at most; what is left of them ends with this process. */
  readonly ahead?: number;
};
type Waiting = { readonly settle: (turn: Timestamp) => void; readonly fail: (cause: unknown) => void };

/**
 * The first of a minute go at once; what is more is spread evenly over the minutes to come. What is promised is stored, so
 * it holds across processes and starts. Who asks while a promise is being written shares the next writing.
 */
export function channelPace(d: PaceDeps): TakeTurn {
  const queues = new Map<string, Waiting[]>();
  const spares = new Map<string, Spare>();

  async function serve(channel: string, messagesPerMinute: number, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0);
      try {
        const { turns, spare } = await promise(d, { channel, messagesPerMinute, count: batch.length });
        spares.set(channel, spare);
        for (const [index, { settle }] of batch.entries()) settle(turns[index] ?? d.clock.now());
      } catch (cause) {
        for (const { fail } of batch) fail(cause);
      }
    }
    queues.delete(channel);
  }

  /** A turn that is promised already, where there is one. */
  function fromSpare(channel: string): Timestamp | undefined {
    const spare = spares.get(channel);
    const now = d.clock.now();
    if (spare === undefined || spare.left === 0 || spare.until <= now) return undefined;
    spare.left -= 1;
    return now;
  }

  return ({ channel, messagesPerMinute }) =>
    new Promise((settle, fail) => {
      const turn = fromSpare(channel);
      if (turn !== undefined) {
        settle(turn);
        return;
      }
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
/** Turns that go at once, until their minute is over. */
type Spare = { left: number; readonly until: Timestamp };
const AHEAD_SHARE = 0.1;

async function promise(d: PaceDeps, asked: Asked): Promise<{ turns: readonly Timestamp[]; spare: Spare }> {
  const key = channelPaceKey(asked.channel);
  const ahead = Math.min(d.ahead ?? 0, Math.floor(asked.messagesPerMinute * AHEAD_SHARE));
  for (let attempt = 1; ; attempt++) {
    const item = await d.store.get(key);
    const known = item && decode("channel-pace", item);
    const { pace, turns, spare } = turnsFrom(known, { ...asked, ahead, now: d.clock.now() });
    const when =
      item === undefined ? ({ kind: "absent" } as const) : ({ kind: "version", version: item.version } as const);
    const done = await d.store.transact([{ kind: "put", item: { ...key, ...encode("channel-pace", pace) }, when }]);
    if (done.ok) return { turns, spare: { left: spare, until: addSeconds(pace.from, WINDOW_SECONDS) } };
    if (done.error.code !== "store.conflict" || attempt >= ATTEMPTS_MAX) throw new EphorException(done.error);
  }
}

type Turning = Pick<Asked, "messagesPerMinute" | "count"> & { readonly ahead?: number; readonly now: Timestamp };
type Turns = { readonly pace: ChannelPace; readonly turns: readonly Timestamp[]; readonly spare: number };

/** The turns of the next `count` messages after `pace`, up to `ahead` more that go at once, and the pace after all of them. */
export function turnsFrom(
  known: ChannelPace | undefined,
  { messagesPerMinute, count, ahead = 0, now }: Turning,
): Turns {
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
  const spare = from <= now ? Math.min(ahead, messagesPerMinute - used) : 0;
  return { pace: { from, used: used + spare }, turns, spare };
}

const spread = (from: Timestamp, share: number): Timestamp =>
  timestamp(epochMsOf(from) + Math.floor(share * WINDOW_SECONDS * 1000));
