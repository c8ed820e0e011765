import type { EphorError } from "@ephor/domain/error";
import { ok, type Result } from "@ephor/domain/result";
import { callsText } from "./calls-text.ts";
import { countWrites, readBudgets } from "./change-budget.ts";
import { encode, type StoredPlan, type UndoRun } from "./items.ts";
import { undoKey } from "./keys.ts";
import type { Clock, Random, Store, Write } from "./ports.ts";
import { budgetKeyOf } from "./reservation.ts";
import { type PlanRef, readResponse, responseWrite, stepWrites } from "./response-items.ts";

type Deps = { readonly store: Store; readonly clock: Clock; readonly random: Random };

/** That a change is being taken back: its calls, the budgets (it is counted, and needs no room), response, timeline, ledger. */
export async function undoWrites(
  d: Deps,
  ref: PlanRef,
  { plan, undo }: { plan: StoredPlan; undo: UndoRun },
): Promise<Result<readonly Write[], EphorError>> {
  const { tenant } = ref;
  const now = d.clock.now();
  const known = await readResponse(d, ref);
  if (known === undefined) throw new Error(`finding ${ref.findingId} has a plan and no response`);
  const key = budgetKeyOf({ ...ref, run: "undo" });
  const budgets = await readBudgets(d, { tenant, account: plan.account, key, now });
  const text = `Takes back "${plan.title}": ${callsText(undo.calls)}`;
  return ok([
    ...stepWrites(d, ref, {
      ...{ at: now, kind: "response.rolled-back", text, cause: `undo ${ref.planHash}` },
      record: {
        ...{ entity_type: "remediation", did: "undo-begun", this: plan.remediation, parent: ref.findingId },
        ...{ plan_hash: ref.planHash, account: plan.account, region: plan.region, resource: { ...plan.resource } },
        input: { calls: undo.calls.map((call) => ({ ...call })) },
      },
    }),
    { kind: "put", item: { ...undoKey(tenant, ref), ...encode("undo", undo) }, when: { kind: "absent" } },
    responseWrite(ref, { response: { ...known.response, state: "rolling-back", detail: text }, known: known.item }),
    ...countWrites(budgets, now),
  ]);
}
