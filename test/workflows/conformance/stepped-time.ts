import { type Timestamp, timestamp } from "@ephor/domain/time";
import type { Timers } from "@ephor/local/timers/timers";
import { START } from "../support/virtual-world.ts";

/** A clock that goes from one timer to the next, when told. */
export function steppedTime() {
  let nowMs = Date.parse(START);
  const waiting = new Set<{ readonly atMs: number; readonly run: () => void }>();
  const timers: Timers = {
    after(delayMs, run) {
      const timer = { atMs: nowMs + Math.max(0, delayMs), run };
      waiting.add(timer);
      return () => waiting.delete(timer);
    },
  };
  return {
    timers,
    clock: { now: (): Timestamp => timestamp(nowMs) },
    /** Fires the timer that is due first. */
    step(): void {
      const [next] = [...waiting].sort((one, other) => one.atMs - other.atMs);
      if (next === undefined) return;
      waiting.delete(next);
      nowMs = Math.max(nowMs, next.atMs);
      next.run();
    },
  };
}
