/** Lets at most `max` calls of one key run at a time; the others wait in the order in which they came. */
export function atMost(max: number): <T>(key: string, run: () => Promise<T>) => Promise<T> {
  const running = new Map<string, { count: number; readonly waiting: (() => void)[] }>();
  return async (key, run) => {
    const lane = running.get(key) ?? { count: 0, waiting: [] };
    running.set(key, lane);
    if (lane.count >= max) await new Promise<void>((turn) => lane.waiting.push(turn));
    else lane.count++;
    try {
      return await run();
    } finally {
      const next = lane.waiting.shift();
      // The place goes straight to the next, so that nobody who comes now takes it first.
      if (next !== undefined) next();
      else if (--lane.count === 0) running.delete(key);
    }
  };
}
