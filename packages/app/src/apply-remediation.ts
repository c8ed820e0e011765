import type { AwsCall } from "@ephor/domain/aws-call";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import type { Remediation } from "@ephor/domain/remediation";
import { err, ok, type Result } from "@ephor/domain/result";
import { readState, stateWrite, writeIfFirst } from "./applied-state.ts";
import { callJournal } from "./call-journal.ts";
import { callsText } from "./calls-text.ts";
import { carryOutCalls } from "./carry-out-calls.ts";
import type { StoredPlan } from "./items.ts";
import { openAws, readResource } from "./read-resource.ts";
import { isFresh, isHeldBy, readLease } from "./resource-lease.ts";
import {
  isRetried,
  type PlanRef,
  readPlan,
  readResponse,
  responseWrite,
  stepWrites,
  writeStep,
} from "./response-items.ts";
import { type ResourceDeps, TOO_OLD } from "./snapshot-resource.ts";
import { isSomeOf, type Outputs } from "./unify-calls.ts";

/** `more`: some calls are made, the rest is for the next time. `failed`: what was done is to be taken back. */
export type Applied = { readonly kind: "applied" | "more" | "failed" | "stopped"; readonly detail: string };

/** So many calls a run of the task, which lasts at most 30 s. */
export const CALLS_MAX = 8;

/**
 * Makes the calls of a plan, each journaled, none again once its success is recorded; then keeps the state that they
 * left. Errors: `remediation.drifted` where nothing was begun and it was reserved too long ago; and those that may pass:
 * `aws.throttled`, `aws.unknown-outcome`, `aws.unavailable`, `store.conflict`.
 */
export async function applyRemediation(d: ResourceDeps, ref: PlanRef): Promise<Result<Applied, EphorError>> {
  const planned = await readPlan(d, ref);
  if (!planned.ok) return planned;
  const { plan, remediation } = planned.value;
  const { target } = plan;
  const opened = await openAws(d, { remediation, target, findingId: ref.findingId, may: "write" });
  if (!opened.ok) return isRetried(opened.error.code) ? opened : ok({ kind: "failed", detail: opened.error.message });
  if ((await readState(d, { ...ref, kind: "snapshot" })) === undefined) {
    return err(ephorError("remediation.apply-failed", "there is no snapshot to go back to: nothing is applied"));
  }
  const journal = callJournal(d, { ref, plan, run: { planHash: ref.planHash, run: "apply" } });
  if ((await journal.entries()).length === 0 && !(await isReservedNow(d, ref, plan))) {
    return err(ephorError("remediation.drifted", TOO_OLD));
  }
  const carried = await carryOutCalls({
    ...{ calls: plan.calls, journal, aws: opened.value, token: plan.hash, callsMax: CALLS_MAX },
    remaining: async () => {
      const read = await readResource(opened.value, { remediation, target });
      return read.ok ? ok(remediation.change(read.value.state, target).calls) : read;
    },
  });
  if (carried.ok && !carried.value.finished) return ok({ kind: "more", detail: "" });
  if (!carried.ok && carried.error.code !== "remediation.apply-failed") return cutShort(carried.error);
  const entries = await journal.entries();
  const made = entries.filter(({ state }) => state === "done");
  const outputs: Outputs = new Map(made.map(({ index, output }) => [index, output]));
  if (made.length > 0) await keepApplied(d, ref, { plan, remediation, aws: opened.value, outputs });
  if (!carried.ok) return ok({ kind: "failed", detail: carried.error.message });
  return told(d, ref, plan);
}

/** Another's lease is told by the first call's intent. */
async function isReservedNow(d: ResourceDeps, { tenant, executionId: owner }: PlanRef, plan: StoredPlan) {
  const of = { account: plan.account, region: plan.region, resourceId: plan.resource.id };
  const lease = await readLease(d, tenant, of);
  return !isHeldBy(lease, owner) || isFresh(lease, { owner, now: d.clock.now() });
}

const cutShort = (error: EphorError): Result<Applied, EphorError> => {
  if (error.code === "remediation.stopped") return ok({ kind: "stopped", detail: error.message });
  return error.code === "remediation.lease-lost" ? ok({ kind: "failed", detail: error.message }) : err(error);
};

type Keeping = {
  readonly plan: StoredPlan;
  readonly remediation: Remediation;
  readonly aws: AwsCall;
  readonly outputs: Outputs;
};

/** What the calls left is kept where nothing but they can have led to it: a way back starts from there and nowhere else. */
async function keepApplied(d: ResourceDeps, ref: PlanRef, of: Keeping): Promise<void> {
  const { plan, remediation, aws, outputs } = of;
  const read = await readResource(aws, { remediation, target: plan.target });
  if (!read.ok) return;
  const { state } = read.value;
  const rest = remediation.change(state, plan.target).calls;
  if (isSomeOf(plan.calls, { rest, outputs })) await keepState(d, { ...ref, state });
}

async function keepState(d: ResourceDeps, { state, ...ref }: PlanRef & { state: JsonObject }): Promise<void> {
  if ((await readState(d, { ...ref, kind: "applied" })) !== undefined) return;
  await writeIfFirst(d, [await stateWrite(d, ref, { kind: "applied", state })]);
}

async function told(d: ResourceDeps, ref: PlanRef, plan: StoredPlan): Promise<Result<Applied, EphorError>> {
  const text = `Applied "${plan.title}": ${callsText(plan.calls)} made`;
  const written = await writeStep(d, async () => {
    const known = await readResponse(d, ref);
    if (known === undefined) throw new Error(`finding ${ref.findingId} has a plan and no response`);
    return ok([
      ...stepWrites(d, ref, {
        ...{ at: d.clock.now(), kind: "response.applied", text, cause: `apply ${ref.planHash}` },
        record: {
          ...{ entity_type: "remediation", did: "applied", this: plan.remediation, parent: ref.findingId },
          ...{ plan_hash: plan.hash, account: plan.account, region: plan.region, resource: { ...plan.resource } },
          ...{ remediation: plan.remediation, remediation_version: plan.remediationVersion, risk_level: plan.risk },
        },
      }),
      responseWrite(ref, { response: { ...known.response, state: "verifying", detail: text }, known: known.item }),
    ]);
  });
  return written.ok ? ok({ kind: "applied", detail: text }) : written;
}
