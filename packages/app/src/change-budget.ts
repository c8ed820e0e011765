import { DEFAULT_TENANT, type Tenant } from "@ephor/domain/tenant";
import { addSeconds, epochMsOf, type Timestamp } from "@ephor/domain/time";
import { type Budget, decode, encode } from "./items.ts";
import { BUDGET_ALL, budgetKey, countedChangeKey } from "./keys.ts";
import type { Condition, Item, Key, Store, Write } from "./ports.ts";
import { FRESH_SECONDS } from "./resource-lease.ts";

/**
 * How long a change counts from its reservation on. Its first call may come so much later as a reservation stays fresh:
 * without that, calls of more changes than the budget could fall into one hour.
 */
export const WINDOW_SECONDS = 3600 + FRESH_SECONDS;
/** `2026-03-01T12:00`: what an RFC 3339 time in UTC says of its minute. */
const MINUTE_LENGTH = 16;

type BudgetRead = {
  readonly account: string;
  readonly item: Item | undefined;
  readonly applied: Budget["applied"];
};
/** The budgets that a change counts in, and whether it was counted: `at` is null where it was not within the window. */
export type Budgets = {
  readonly tenant: Tenant;
  readonly counted: { readonly key: string; readonly item: Item | undefined; readonly at: Timestamp | null };
  readonly reads: readonly BudgetRead[];
};
export type BudgetLimits = { readonly perAccountPerHour: number; readonly perHour: number };

type Reading = { readonly tenant: Tenant; readonly account: string; readonly key: string; readonly now: Timestamp };

/** There is one policy for all tenants, so what is applied in all accounts is counted in one place, whoever's they are. */
const countKey = (tenant: Tenant, account: string): Key =>
  budgetKey(account === BUDGET_ALL ? DEFAULT_TENANT : tenant, account);

/**
 * What counts at `now`, in the account and in all accounts of all tenants, and whether the change that `key` names does: no
 * more than the budgets have room for begins within any 60 minutes.
 */
export async function readBudgets(
  d: { readonly store: Pick<Store, "get"> },
  { tenant, account, key, now }: Reading,
): Promise<Budgets> {
  const since = addSeconds(now, -WINDOW_SECONDS);
  const [counted, ...items] = await Promise.all(
    [countedChangeKey(tenant, key), countKey(tenant, account), countKey(tenant, BUDGET_ALL)].map((of) =>
      d.store.get(of),
    ),
  );
  const at = counted === undefined ? null : decode("counted-change", counted).at;
  const reads = [account, BUDGET_ALL].map((name, place) => {
    const item = items[place];
    const applied = item === undefined ? [] : decode("budget", item).applied.filter((one) => one.at > since);
    return { account: name, item, applied };
  });
  return { tenant, counted: { key, item: counted, at: at !== null && at > since ? at : null }, reads };
}

const total = (applied: Budget["applied"]): number => applied.reduce((sum, { count = 1 }) => sum + count, 0);

/** When there may be room again: the time at which the oldest changes leave the window; null where there is room now. */
export function roomAt({ counted, reads }: Budgets, limits: BudgetLimits): Timestamp | "never" | null {
  if (counted.at !== null) return null;
  const full = reads.filter(({ account, applied }) => {
    const limit = account === BUDGET_ALL ? limits.perHour : limits.perAccountPerHour;
    return total(applied) >= limit;
  });
  if (full.length === 0) return null;
  const times = full.flatMap(({ applied }) => applied.map(({ at }) => at)).sort();
  return times[0] === undefined ? "never" : addSeconds(times[0], WINDOW_SECONDS);
}

/** Counts the change in each, once for its key; what has left the window goes. */
export function countWrites({ tenant, counted, reads }: Budgets, now: Timestamp): readonly Write[] {
  const key = countedChangeKey(tenant, counted.key);
  if (counted.item !== undefined && counted.at !== null) {
    return [{ kind: "check", key, when: { kind: "version", version: counted.item.version } }];
  }
  const item = { ...key, ...encode("counted-change", { at: now }), expiresAt: endOf(now) };
  return [
    { kind: "put", item, when: asRead(counted.item) },
    ...reads.map((read) => budgetWrite(read, { tenant, now, applied: added(read.applied, now) })),
  ];
}

/** Takes a change back that was counted and will not be made; nothing where it was not. */
export function uncountWrites({ tenant, counted, reads }: Budgets, now: Timestamp): readonly Write[] {
  const { at } = counted;
  if (at === null) return [];
  return [
    { kind: "delete", key: countedChangeKey(tenant, counted.key), when: asRead(counted.item) },
    ...reads.map((read) => budgetWrite(read, { tenant, now, applied: takenBack(read.applied, at) })),
  ];
}

const isOfMinute = (one: Timestamp, other: Timestamp): boolean =>
  one.slice(0, MINUTE_LENGTH) === other.slice(0, MINUTE_LENGTH);

/**
 * Changes of one minute are one entry under the latest of their times, so that none leaves the window early and the item
 * stays small however many there are.
 */
function added(applied: Budget["applied"], at: Timestamp): Budget["applied"] {
  const same = applied.filter((one) => isOfMinute(one.at, at));
  const latest = [at, ...same.map((one) => one.at)].sort().at(-1) ?? at;
  return [...applied.filter((one) => !isOfMinute(one.at, at)), { at: latest, count: total(same) + 1 }];
}

const takenBack = (applied: Budget["applied"], at: Timestamp): Budget["applied"] =>
  applied
    .map((one) => (isOfMinute(one.at, at) ? { ...one, count: total([one]) - 1 } : one))
    .filter((one) => total([one]) > 0);

type Written = { readonly tenant: Tenant; readonly now: Timestamp; readonly applied: Budget["applied"] };

function budgetWrite({ account, item }: BudgetRead, { tenant, now, applied }: Written): Write {
  const budget = { ...countKey(tenant, account), ...encode("budget", { applied }), expiresAt: endOf(now) };
  return { kind: "put", item: budget, when: asRead(item) };
}

const asRead = (item: Item | undefined): Condition =>
  item === undefined ? { kind: "absent" } : { kind: "version", version: item.version };

const endOf = (now: Timestamp): number => Math.ceil(epochMsOf(now) / 1000) + WINDOW_SECONDS;
