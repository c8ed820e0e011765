import { type EphorError, ephorError } from "@ephor/domain/error";
import { planHash, planOf } from "@ephor/domain/plan";
import { err, ok, type Result } from "@ephor/domain/result";
import { readState, stateWrite } from "./applied-state.ts";
import type { AwsAccess, Clock, Random, Remediations, Sealer, Store, Write } from "./ports.ts";
import { openAws, readResource } from "./read-resource.ts";
import { isFresh, isHeldBy, readLease } from "./resource-lease.ts";
import { type PlanRef, readPlan, stepWrites, writeStep } from "./response-items.ts";
import { stateDigest } from "./response-target.ts";

export type ResourceDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly remediations: Remediations;
  readonly awsAccess: AwsAccess;
  readonly sealer: Sealer;
};

/**
 * Reads the resource again right before anything is applied, and keeps its whole state, sealed, once. The ledger knows
 * its digest alone. Errors: `remediation.drifted` where the same plan would not be made now; `remediation.lease-lost`.
 */
export async function snapshotResource(d: ResourceDeps, ref: PlanRef): Promise<Result<{ digest: string }, EphorError>> {
  const planned = await readPlan(d, ref);
  if (!planned.ok) return planned;
  const { plan, remediation } = planned.value;
  const leased = { account: plan.account, region: plan.region, resourceId: plan.resource.id };
  const lease = await readLease(d, ref.tenant, leased);
  if (!isHeldBy(lease, ref.executionId)) {
    return err(ephorError("remediation.lease-lost", "another response holds the resource"));
  }
  if (!isFresh(lease, { owner: ref.executionId, now: d.clock.now() })) return drifted(TOO_OLD);
  const { target } = plan;
  const opened = await openAws(d, { remediation, target, findingId: ref.findingId, may: "read" });
  if (!opened.ok) return opened;
  const read = await readResource(opened.value, { remediation, target });
  if (!read.ok) return read.error.code === "remediation.resource-gone" ? drifted(read.error.message) : read;
  const { state, tags = {} } = read.value;
  const again = planOf({ remediation, target, state, tags, basis: "aws" });
  if (planHash(again) !== plan.hash) return drifted("the resource is in another state than the plan was made for");
  const digest = stateDigest(state);
  const kept = await readState(d, { ...ref, kind: "snapshot" });
  // An earlier try, or an earlier execution, kept the very same state.
  if (kept !== undefined) return ok({ digest: kept.digest });
  const snapshot = await stateWrite(d, ref, { kind: "snapshot", state });
  const written = await writeStep(d, async () =>
    ok(snapshotWrites(d, ref, { digest, snapshot, account: plan.account })),
  );
  return written.ok ? ok({ digest }) : written;
}

/** What was reserved rests on an approval, a policy and a state of before: all are asked for anew. */
export const TOO_OLD = "the resource was reserved too long ago for anything to be begun on it";
const drifted = (message: string) => err(ephorError("remediation.drifted", message));

function snapshotWrites(
  d: ResourceDeps,
  ref: PlanRef,
  { digest, snapshot, account }: { digest: string; snapshot: Write; account: string },
): readonly Write[] {
  const [record] = stepWrites(d, ref, {
    ...{ at: d.clock.now(), kind: "response.reserved", text: "Nothing has changed since the plan was made" },
    cause: `snapshot ${ref.planHash}`,
    record: { entity_type: "plan", did: "snapshotted", this: ref.planHash, plan_hash: ref.planHash, digest, account },
  });
  return record === undefined ? [snapshot] : [record, snapshot];
}
