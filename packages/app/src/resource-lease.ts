import type { Tenant } from "@ephor/domain/tenant";
import { addSeconds, epochMsOf, type Timestamp } from "@ephor/domain/time";
import { decode, encode, type Lease } from "./items.ts";
import { leaseKey } from "./keys.ts";
import type { Item, Store, Write } from "./ports.ts";

/** How long a resource is held without a sign of life: each call that changes anything renews it. */
export const LEASE_SECONDS = 3600;
/** A released lease stays so long, so that its fence goes on. */
const KEPT_SECONDS = 86_400;

export type Leased = { readonly account: string; readonly region: string; readonly resourceId: string };
type Held = { readonly tenant: Tenant; readonly of: Leased; readonly owner: string; readonly now: Timestamp };

/** Who holds the resource, as read; `null` where nobody does. */
export type LeaseRead = { readonly item: Item | undefined; readonly lease: Lease | null };

export async function readLease(d: { readonly store: Store }, tenant: Tenant, of: Leased): Promise<LeaseRead> {
  const item = await d.store.get(leaseKey(tenant, of));
  return { item, lease: item === undefined ? null : decode("lease", item) };
}

/** Whether `owner` may take it or has it: it is free, its time is over, or it is the owner's own. */
export const isFreeFor = ({ lease }: LeaseRead, { owner, now }: Pick<Held, "owner" | "now">): boolean =>
  lease === null || lease.owner === owner || lease.until <= now;

/** Whether `owner` holds it; a lease whose time is over is still held until another takes it. */
export const isHeldBy = ({ lease }: LeaseRead, owner: string): boolean => lease?.owner === owner;

/** So long the last look at all that a first call rests on, approval and resource included, says that nothing has changed. */
export const FRESH_SECONDS = 300;

/** Whether `owner` took it, or made a call under it, just now. */
export const isFresh = (read: LeaseRead, { owner, now }: Pick<Held, "owner" | "now">): boolean =>
  isHeldBy(read, owner) && read.lease !== null && addSeconds(now, LEASE_SECONDS - FRESH_SECONDS) < read.lease.until;

/** Takes or renews the lease as it was read; another owner raises the fence. */
export function holdWrite({ item, lease }: LeaseRead, { tenant, of, owner, now }: Held): Write {
  const fence = (lease?.fence ?? 0) + (lease?.owner === owner ? 0 : 1);
  const next: Lease = { owner, fence, until: addSeconds(now, LEASE_SECONDS) };
  return put({ tenant, of, item, lease: next });
}

/** Lets go of what `owner` holds; nothing where it does not. */
export function releaseWrites(read: LeaseRead, { tenant, of, owner, now }: Held): readonly Write[] {
  const { item, lease } = read;
  if (lease === null || lease.owner !== owner) return [];
  const expiresAt = Math.floor(epochMsOf(now) / 1000) + KEPT_SECONDS;
  return [put({ tenant, of, item, lease: { owner: "", fence: lease.fence, until: now }, expiresAt })];
}

type Put = Pick<Held, "tenant" | "of"> & { item: Item | undefined; lease: Lease; expiresAt?: number };

function put({ tenant, of, item, lease, expiresAt }: Put): Write {
  const when =
    item === undefined ? ({ kind: "absent" } as const) : ({ kind: "version", version: item.version } as const);
  const expiry = expiresAt === undefined ? {} : { expiresAt };
  return { kind: "put", item: { ...leaseKey(tenant, of), ...encode("lease", lease), ...expiry }, when };
}
