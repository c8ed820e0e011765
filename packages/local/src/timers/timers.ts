/** Calls back once after a delay in milliseconds (at least 0, of any length); gives how to cancel it. Tests pass a virtual one. */
export type Timers = { after(delayMs: number, run: () => void): () => void };

/** The longest delay that setTimeout takes; longer ones are waited for in parts. */
const PART_MS = 2 ** 31 - 1;

/** Timers of this process. They keep no process alive. */
export const processTimers: Timers = {
  after(delayMs, run) {
    let handle: NodeJS.Timeout;
    const wait = (restMs: number) => {
      const partMs = Math.min(restMs, PART_MS);
      handle = setTimeout(() => (restMs > partMs ? wait(restMs - partMs) : run()), partMs);
      handle.unref();
    };
    wait(Math.max(0, delayMs));
    return () => clearTimeout(handle);
  },
};
