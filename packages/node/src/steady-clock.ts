import type { Clock } from "@ephor/app/ports";
import { timestamp } from "@ephor/domain/time";

/**
 * The machine's time, which never goes back here: when the machine's does, time stands still until it has caught up,
 * so that histories and timelines stay in order. `onWentBack` is told once for each such jump, with its size.
 */
export function steadyClock(d: { nowMs: () => number; onWentBack: (jump: { milliseconds: number }) => void }): Clock {
  let latestMs = Number.NEGATIVE_INFINITY;
  let isBehind = false;
  return {
    now() {
      const nowMs = d.nowMs();
      if (nowMs >= latestMs) {
        latestMs = nowMs;
        isBehind = false;
        return timestamp(nowMs);
      }
      const milliseconds = latestMs - nowMs;
      if (!isBehind && milliseconds > JITTER_MS) d.onWentBack({ milliseconds });
      isBehind = isBehind || milliseconds > JITTER_MS;
      return timestamp(latestMs);
    },
  };
}

/** Time synchronisation moves clocks by a few milliseconds all day; that is no news. */
const JITTER_MS = 500;
