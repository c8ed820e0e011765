import type { Tenant } from "@ephor/domain/tenant";
import { epochMsOf } from "@ephor/domain/time";
import { activeExceptions, type StoredException } from "./exception-items.ts";
import type { Clock, Store } from "./ports.ts";

/** Architecture rule 10. */
const CACHED_SECONDS = 60;

export type ExceptionCache = {
  of(tenant: Tenant): Promise<readonly StoredException[]>;
  /** What is cached is not true any more. */
  forget(tenant: Tenant): void;
};

/**
 * The exceptions that mute responses now, read at most once a minute and tenant. A transaction that rests on one checks
 * its version, so an older view is seen there and costs a second read, never a muted response.
 */
export function exceptionCache(d: { readonly store: Store; readonly clock: Clock }): ExceptionCache {
  const cached = new Map<Tenant, { readAtMs: number; found: Promise<readonly StoredException[]> }>();
  return {
    of(tenant) {
      const nowMs = epochMsOf(d.clock.now());
      const known = cached.get(tenant);
      if (known !== undefined && nowMs - known.readAtMs < CACHED_SECONDS * 1000) return known.found;
      const found = activeExceptions(d, tenant);
      cached.set(tenant, { readAtMs: nowMs, found });
      found.catch(() => cached.delete(tenant));
      return found;
    },
    forget: (tenant) => void cached.delete(tenant),
  };
}
