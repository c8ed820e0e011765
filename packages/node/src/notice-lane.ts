import type { Lane } from "@ephor/app/dispatch-effects";
import type { Log } from "@ephor/app/ports";

/** Of one channel. Beyond, its notices stay where they are stored, so that memory is bounded and others find room. */
const UNDER_WAY_MAX = 256;
/** Half of them have gone before more are looked for: looking reads past all that is left. */
const AGAIN_AT = UNDER_WAY_MAX / 2;

/**
 * Where notices run without holding up whoever starts them: a receiver that hangs keeps its own waiting and nobody else.
 * `wake` is called when a channel that was full has room again, and after one that was to enter while it stood in the lane.
 */
export function noticeLane(d: { readonly log: Log; readonly wake: () => void }): Lane & { idle(): Promise<void> } {
  const underWay = new Map<string, Promise<void>>();
  const wanted = new Set<string>();
  const channels = new Map<string, { count: number; wasFull: boolean }>();

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
    has: (id) => underWay.has(id),
    hasRoomFor(channel) {
      const of = channels.get(channel);
      if (of === undefined || (of.count < UNDER_WAY_MAX && !of.wasFull)) return true;
      of.wasFull = true;
      return false;
    },
    enter(id, { channel, run }) {
      if (underWay.has(id)) {
        wanted.add(id);
        return;
      }
      const of = channels.get(channel) ?? { count: 0, wasFull: false };
      channels.set(channel, { ...of, count: of.count + 1 });
      const running = run()
        .catch((error) => d.log.error("sweep.failed", { name: "notices", error }))
        .finally(() => left(id, channel));
      underWay.set(id, running);
    },
    idle: async () => {
      await Promise.all(underWay.values());
    },
  };
}
