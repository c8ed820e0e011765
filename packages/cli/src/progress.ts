import type { Io } from "./io.ts";

const EVERY = 10_000;

/** A line on stderr that counts on while long work goes on, where a person watches. */
export function progress(io: Io, what: string): { tick: () => void; done: () => void } {
  let count = 0;
  let isShown = false;
  return {
    tick: () => {
      count += 1;
      if (!io.isTty || count % EVERY !== 0) return;
      io.status(`${count} ${what}`);
      isShown = true;
    },
    done: () => {
      if (isShown) io.status("");
    },
  };
}
