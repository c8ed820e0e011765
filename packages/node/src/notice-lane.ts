import type { Lane } from "@ephor/app/dispatch-effects";
import type { Log } from "@ephor/app/ports";

/** Of one channel. Beyond, its notices stay where they are stored, so that memory is bounded and others find room. */
const UNDER_WAY_MAX = 256;
/** Half of them have gone before more are looked for: looking reads past all that is left. */
const AGAIN_AT = UNDER_WAY_MAX / 2;

type Entry = { readonly version: number; readonly running: Promise<void> };
export type NoticeLane = Lane & {
  /** From now on nothing enters. */
  close(): void;
  idle(): Promise<void>;
};

/**
 * Where notices run without holding up whoever starts them: a receiver that hangs keeps its own waiting and nobody else.
 * `wake` is called when a channel that was full has room again, and after one that was to enter, or was stored anew, while
 * it stood in the lane.
 */
export function noticeLane(d: { readonly log: Log; readonly wake: () => void }): NoticeLane {
  const underWay = new Map<string, Entry>();
  const wanted = new Set<string>();
  const channels = new Map<string, { count: number; wasFull: boolean }>();
  let isClosed = false;

  function left(id: string, channel: string): void {
    underWay.delete(id);
    if (wanted.delete(id)) d.wake();
    const of = channels.get(channel);
    if (of === undefined) return;
    of.count -= 1;
    if (of.count === 0) channels.delete(channel);
    if (!of.wasFull || of.count > AGAIN_AT) return;
    of.wasFull = false;
    d.wake();
  }

  return {
    has({ id, version }) {
      const entry = underWay.get(id);
      if (entry === undefined) return false;
      if (entry.version !== version) wanted.add(id);
      return true;
    },
    hasRoomFor(channel) {
      if (isClosed) return false;
      const of = channels.get(channel);
      if (of === undefined || (of.count < UNDER_WAY_MAX && !of.wasFull)) return true;
      of.wasFull = true;
      return false;
    },
    enter({ id, version, channel, run }) {
      if (isClosed) return;
      if (underWay.has(id)) {
        wanted.add(id);
        return;
      }
      const of = channels.get(channel) ?? { count: 0, wasFull: false };
      channels.set(channel, { ...of, count: of.count + 1 });
      const running = run()
        .catch((error) => d.log.error("sweep.failed", { name: "notices", error }))
        .finally(() => left(id, channel));
      underWay.set(id, { version, running });
    },
    close: () => {
      isClosed = true;
    },
    idle: async () => {
      await Promise.all([...underWay.values()].map(({ running }) => running));
    },
  };
}
