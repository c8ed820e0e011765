type Lane = { count: number; readonly waiting: (() => void)[] };

/** Lets at most `max` calls of one key run at a time; the others wait in the order in which they came. */
export function atMost(max: number): <T>(key: string, call: () => Promise<T>) => Promise<T> {
  const lanes = new Map<string, Lane>();
  return async (key, call) => {
    const lane = lanes.get(key) ?? { count: 0, waiting: [] };
    lanes.set(key, lane);
    if (lane.count >= max) await new Promise<void>((turn) => lane.waiting.push(turn));
    else lane.count++;
    try {
      return await call();
    } finally {
      const next = lane.waiting.shift();
      // The place goes straight to the next, so that nobody who comes now takes it first.
      if (next !== undefined) next();
      else if (--lane.count === 0) lanes.delete(key);
    }
  };
}
