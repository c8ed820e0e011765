import type { DiffEntry } from "@ephor/domain/diff";
import type { FindingId } from "@ephor/domain/ids";
import type { Plan } from "@ephor/domain/plan";
import type { PlannedCall } from "@ephor/domain/remediation";
import type { Tenant } from "@ephor/domain/tenant";
import { decode, type RollbackRequest, type StoredPlan } from "./items.ts";
import { rollbackKey } from "./keys.ts";
import type { Remediations, Store } from "./ports.ts";
import { queryAll } from "./query-all.ts";

type OfPlan = {
  readonly tenant: Tenant;
  readonly findingId: FindingId;
  readonly generation: number;
  readonly planHash: string;
};
const PAGE = 100;

/** Who asked for the way back from a plan and why, at each attempt, the first one first. */
export async function rollbackRequests(
  d: { readonly store: Store },
  { tenant, ...of }: OfPlan,
): Promise<readonly RollbackRequest[]> {
  const { pk, sk } = rollbackKey(tenant, { ...of, attempt: 1 });
  const found: RollbackRequest[] = [];
  const range = { tenant, pk, from: sk, to: `${sk}~`, limit: PAGE };
  for await (const item of queryAll(d.store, range)) found.push(decode("rollback", item));
  return found;
}

/** What one approval of a way back was asked for with; undefined where nothing of it is kept. */
export async function readRollback(
  d: { readonly store: Store },
  { tenant, attempt = 1, ...of }: OfPlan & { readonly attempt?: number },
): Promise<RollbackRequest | undefined> {
  const item = await d.store.get(rollbackKey(tenant, { ...of, attempt }));
  return item && decode("rollback", item);
}

/** The calls back from the state that a plan leads to; none where there is no way back. */
export function undoOf(remediations: Remediations, plan: StoredPlan): readonly PlannedCall[] {
  const { remediation, irreversible, before, after, target } = plan;
  if (irreversible !== null) return [];
  return remediations(remediation)?.undo({ before, current: after, target }) ?? [];
}

/** A difference the other way round. */
export const turned = ({ path, before, after }: DiffEntry): DiffEntry => ({
  path,
  ...(after === undefined ? {} : { before: after }),
  ...(before === undefined ? {} : { after: before }),
});

/** What else may feel it when a plan's change is taken back: the plan's own words tell of the change. */
export const blastBack = ({ blast }: Pick<Plan, "blast">): string =>
  `The resource is as it was before the change, and what the finding tells of is so again. Taken back with it is what the change brought: ${blast}`;
