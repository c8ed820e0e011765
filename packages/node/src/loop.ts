import type { Log } from "@ephor/app/ports";
import type { Timers } from "@ephor/local/timers/timers";

export type Loop = {
  /** Runs now, or once more after the run under way. */
  wake(): void;
  stop(): Promise<void>;
};

/** Runs `work` when woken and at least every `everyMs`, never twice at a time. A failure is logged and tried again at the next turn. */
export function loop(
  d: { readonly timers: Timers; readonly log: Log },
  { name, everyMs, work }: { name: string; everyMs: number; work: () => Promise<unknown> },
): Loop {
  let underWay: Promise<void> | undefined;
  let isWanted = false;
  let isStopped = false;
  let cancel = d.timers.after(everyMs, turn);

  async function run(): Promise<void> {
    do {
      isWanted = false;
      try {
        await work();
      } catch (cause) {
        d.log.error("sweep.failed", { name, error: cause });
      }
    } while (isWanted && !isStopped);
  }

  function turn(): void {
    cancel();
    if (isStopped) return;
    cancel = d.timers.after(everyMs, turn);
    isWanted = true;
    underWay ??= run().finally(() => {
      underWay = undefined;
    });
  }

  return {
    wake: turn,
    stop: async () => {
      isStopped = true;
      cancel();
      await underWay;
    },
  };
}
