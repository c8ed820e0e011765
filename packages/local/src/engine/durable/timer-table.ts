import type { Clock } from "@ephor/app/ports";
import { epochMsOf } from "@ephor/domain/time";
import type { Timers } from "../../timers/timers.ts";

/** The timers of running executions. One started again under its id replaces the earlier one. */
export function timerTable(d: { readonly clock: Clock; readonly timers: Timers }) {
  const cancels = new Map<string, Map<string, () => void>>();

  const stop = (execution: string, timerId: string): void => {
    cancels.get(execution)?.get(timerId)?.();
    cancels.get(execution)?.delete(timerId);
  };

  return {
    start(execution: string, timer: { timerId: string; at: string; fire: () => void }): void {
      const { timerId, at, fire } = timer;
      stop(execution, timerId);
      const mine = cancels.get(execution) ?? new Map<string, () => void>();
      cancels.set(execution, mine);
      const delayMs = Date.parse(at) - epochMsOf(d.clock.now());
      const cancel = d.timers.after(delayMs, () => {
        mine.delete(timerId);
        fire();
      });
      mine.set(timerId, cancel);
    },
    stop,
    stopAll(execution: string): void {
      for (const cancel of cancels.get(execution)?.values() ?? []) cancel();
      cancels.delete(execution);
    },
    executions: (): readonly string[] => [...cancels.keys()],
  };
}
