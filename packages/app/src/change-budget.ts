import type { Tenant } from "@ephor/domain/tenant";
import { addSeconds, epochMsOf, type Timestamp } from "@ephor/domain/time";
import { type Budget, decode, encode } from "./items.ts";
import { BUDGET_ALL, budgetKey } from "./keys.ts";
import type { Item, Store, Write } from "./ports.ts";

const WINDOW_SECONDS = 3600;

export type BudgetRead = {
  readonly account: string;
  readonly item: Item | undefined;
  readonly applied: Budget["applied"];
};
export type BudgetLimits = { readonly perAccountPerHour: number; readonly perHour: number };

/** What was applied in the last 60 minutes, in the account and in all. */
export async function readBudgets(
  d: { readonly store: Store },
  { tenant, account, now }: { tenant: Tenant; account: string; now: Timestamp },
): Promise<readonly BudgetRead[]> {
  const since = addSeconds(now, -WINDOW_SECONDS);
  return Promise.all(
    [account, BUDGET_ALL].map(async (name) => {
      const item = await d.store.get(budgetKey(tenant, name));
      const applied = item === undefined ? [] : decode("budget", item).applied.filter(({ at }) => at > since);
      return { account: name, item, applied };
    }),
  );
}

/** When there may be room again: the time at which the oldest change leaves the window; null where there is room now. */
export function roomAt(
  budgets: readonly BudgetRead[],
  { limits, key }: { limits: BudgetLimits; key: string },
): Timestamp | "never" | null {
  const full = budgets.filter(({ account, applied }) => {
    const limit = account === BUDGET_ALL ? limits.perHour : limits.perAccountPerHour;
    return applied.length >= limit && !applied.some((one) => one.key === key);
  });
  if (full.length === 0) return null;
  const times = full.flatMap(({ applied }) => applied.map(({ at }) => at)).sort();
  return times[0] === undefined ? "never" : addSeconds(times[0], WINDOW_SECONDS);
}

type Counted = { readonly tenant: Tenant; readonly key: string; readonly now: Timestamp };

/** Counts one change in each, once for its key; what has left the window goes. */
export const countWrites = (budgets: readonly BudgetRead[], { tenant, key, now }: Counted): readonly Write[] =>
  budgets.map((budget) => {
    const others = budget.applied.filter((one) => one.key !== key);
    const own = budget.applied.find((one) => one.key === key);
    return budgetWrite(budget, { tenant, now, applied: [...others, own ?? { key, at: now }] });
  });

/** Takes a change back that was counted and will not be made. */
export const uncountWrites = (budgets: readonly BudgetRead[], { tenant, key, now }: Counted): readonly Write[] =>
  budgets
    .filter(({ applied }) => applied.some((one) => one.key === key))
    .map((budget) => budgetWrite(budget, { tenant, now, applied: budget.applied.filter((one) => one.key !== key) }));

type Written = { readonly tenant: Tenant; readonly now: Timestamp; readonly applied: Budget["applied"] };

function budgetWrite({ account, item }: BudgetRead, { tenant, now, applied }: Written): Write {
  const when =
    item === undefined ? ({ kind: "absent" } as const) : ({ kind: "version", version: item.version } as const);
  const expiresAt = Math.ceil(epochMsOf(now) / 1000) + WINDOW_SECONDS;
  return { kind: "put", item: { ...budgetKey(tenant, account), ...encode("budget", { applied }), expiresAt }, when };
}
