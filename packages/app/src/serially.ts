/**
 * Runs calls on one key one after the other within this process, so that many events about one finding do not
 * spend their time on version conflicts. It spares work only: correctness rests on the store's conditions.
 */
export function serialByKey(): <T>(key: string, run: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, run) => {
    const before = last.get(key);
    const mine = before === undefined ? run() : before.then(run, run);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
