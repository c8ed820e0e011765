/** Token buckets by key: `perSecond` on average, `burst` at once. */
export type RateLimiter = {
  /** Takes one; 0 when there was one to take, else the whole seconds until there will be. */
  take(key: string, nowMs: number): number;
};

/** Beyond, the key that was quiet longest is forgotten: to fill this up an attacker needs as many addresses. */
const KEYS_MAX = 50_000;

export function rateLimiter({ perSecond, burst }: { perSecond: number; burst: number }): RateLimiter {
  const buckets = new Map<string, { level: number; atMs: number }>();
  return {
    take(key, nowMs) {
      const known = buckets.get(key);
      const elapsedMs = known === undefined ? 0 : Math.max(0, nowMs - known.atMs);
      const level = Math.min(burst, (known?.level ?? burst) + (elapsedMs * perSecond) / 1000);
      const isAllowed = level >= 1;
      // Deleted first, so that the map stays in the order of last use.
      buckets.delete(key);
      buckets.set(key, { level: isAllowed ? level - 1 : level, atMs: nowMs });
      evict(buckets);
      return isAllowed ? 0 : Math.max(1, Math.ceil((1 - level) / perSecond));
    },
  };
}

function evict(buckets: Map<string, unknown>): void {
  for (const quietest of buckets.keys()) {
    if (buckets.size <= KEYS_MAX) return;
    buckets.delete(quietest);
  }
}
