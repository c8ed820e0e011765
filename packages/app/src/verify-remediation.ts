import type { EphorError } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import type { Remediation } from "@ephor/domain/remediation";
import { ok, type Result } from "@ephor/domain/result";
import { readState, stateWrite, writeIfFirst } from "./applied-state.ts";
import type { StoredPlan } from "./items.ts";
import { openAws, readResource } from "./read-resource.ts";
import { isRetried, type PlanRef, readPlan, stepWrites, writeStep } from "./response-items.ts";
import type { ResourceDeps } from "./snapshot-resource.ts";

export type Verified = { readonly holds: boolean; readonly detail: string };

/**
 * One look at whether the wanted state holds: nothing would be left to change. AWS may show a change late, so a workflow
 * asks several times. A resource that is gone has nothing wrong with it any more.
 * Errors that may pass: `aws.throttled`, `aws.unavailable`, `aws.unknown-outcome`, `store.conflict`.
 */
export async function verifyRemediation(d: ResourceDeps, ref: PlanRef): Promise<Result<Verified, EphorError>> {
  const planned = await readPlan(d, ref);
  if (!planned.ok) return planned;
  const { plan, remediation } = planned.value;
  const { target } = plan;
  const opened = await openAws(d, { remediation, target, findingId: ref.findingId, may: "read" });
  if (!opened.ok) return unseen(opened.error);
  const read = await readResource(opened.value, { remediation, target });
  if (!read.ok) {
    return read.error.code === "remediation.resource-gone" ? held(d, ref, { plan }) : unseen(read.error);
  }
  const { state } = read.value;
  const left = remediation.change(state, target).calls.length;
  if (left > 0) return ok({ holds: false, detail: `${left} of ${plan.calls.length} changes do not show` });
  return held(d, ref, { plan, seen: { remediation, state } });
}

const unseen = (error: EphorError): Result<Verified, EphorError> =>
  isRetried(error.code) ? { ok: false, error } : ok({ holds: false, detail: error.message });

type Held = {
  readonly plan: StoredPlan;
  /** Absent where the resource is gone. */
  readonly seen?: { readonly remediation: Remediation; readonly state: JsonObject };
};

async function held(d: ResourceDeps, ref: PlanRef, { plan, seen }: Held): Promise<Result<Verified, EphorError>> {
  if (seen !== undefined) await keepHolding(d, ref, { plan, ...seen });
  const text = seen === undefined ? "The resource is gone" : `"${plan.title}" holds: AWS shows the wanted state`;
  const written = await writeStep(d, async () =>
    ok(
      stepWrites(d, ref, {
        ...{ at: d.clock.now(), kind: "response.verified", text, cause: `verify ${ref.planHash}` },
        record: {
          ...{ entity_type: "remediation", did: "verified", this: plan.remediation, parent: ref.findingId },
          ...{ plan_hash: plan.hash, account: plan.account, region: plan.region, resource: { ...plan.resource } },
        },
      }),
    ),
  );
  return written.ok ? ok({ holds: true, detail: text }) : written;
}

type Holding = { readonly plan: StoredPlan; readonly remediation: Remediation; readonly state: JsonObject };

/** The state right after apply stands for what apply left, unless it was read too early to show all of it. */
async function keepHolding(d: ResourceDeps, ref: PlanRef, { plan, remediation, state }: Holding): Promise<void> {
  const kept = await readState(d, { ...ref, kind: "applied" });
  if (kept !== undefined && remediation.change(kept.state, plan.target).calls.length === 0) return;
  await writeIfFirst(d, [await stateWrite(d, ref, { kind: "applied", state, known: kept?.item })]);
}
