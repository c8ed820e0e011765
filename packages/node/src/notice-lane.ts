import type { Lane } from "@ephor/app/dispatch-effects";
import type { Log } from "@ephor/app/ports";

const UNDER_WAY_MAX = 1_000;

/**
 * Where notices run without holding up whoever starts them: a receiver that hangs keeps its own waiting and nobody else.
 * `wake` is called when there is room again after the lane was full.
 */
export function noticeLane(d: { readonly log: Log; readonly wake: () => void }): Lane & { idle(): Promise<void> } {
  const underWay = new Map<string, Promise<void>>();
  return {
    has: (id) => underWay.has(id),
    hasRoom: () => underWay.size < UNDER_WAY_MAX,
    enter(id, run) {
      const running = run()
        .catch((error) => d.log.error("sweep.failed", { name: "notices", error }))
        .finally(() => {
          const wasFull = underWay.size >= UNDER_WAY_MAX;
          underWay.delete(id);
          if (wasFull) d.wake();
        });
      underWay.set(id, running);
    },
    idle: async () => {
      await Promise.all(underWay.values());
    },
  };
}
