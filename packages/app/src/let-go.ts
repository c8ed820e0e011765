import { readBudgets, uncountWrites } from "./change-budget.ts";
import type { StoredPlan } from "./items.ts";
import type { Clock, Store, Write } from "./ports.ts";
import { budgetKeyOf } from "./reservation.ts";
import { readLease, releaseWrites } from "./resource-lease.ts";
import type { ResponseRef } from "./response-items.ts";

type LetGo = {
  readonly ref: ResponseRef;
  readonly plan: Pick<StoredPlan, "account" | "region" | "resource">;
  /** The plan of this execution that was counted and not carried out; null where there is none. */
  readonly earlier: string | null;
};

/** Lets go of the resource, and of the room in the budgets that a plan took which will not be carried out. */
export async function letGoWrites(
  d: { readonly store: Store; readonly clock: Clock },
  { ref, plan, earlier }: LetGo,
): Promise<readonly Write[]> {
  const { tenant, executionId: owner } = ref;
  const now = d.clock.now();
  const of = { account: plan.account, region: plan.region, resourceId: plan.resource.id };
  const released = releaseWrites(await readLease(d, tenant, of), { tenant, of, owner, now });
  if (earlier === null) return released;
  const key = budgetKeyOf({ ...ref, planHash: earlier, run: "apply" });
  const budgets = await readBudgets(d, { tenant, account: plan.account, key, now });
  return [...released, ...uncountWrites(budgets, now)];
}
