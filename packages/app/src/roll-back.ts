import { createHash } from "node:crypto";
import type { AwsCall } from "@ephor/domain/aws-call";
import { canonicalJson } from "@ephor/domain/canonical-json";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import type { Remediation } from "@ephor/domain/remediation";
import type { CallEntry, ResponseEnd } from "@ephor/domain/response";
import { err, ok, type Result } from "@ephor/domain/result";
import { type KeptState, readState } from "./applied-state.ts";
import { CALLS_MAX } from "./apply-remediation.ts";
import { callEntries, callJournal } from "./call-journal.ts";
import { callsText } from "./calls-text.ts";
import { carryOutCalls } from "./carry-out-calls.ts";
import { decode, type StoredPlan, type UndoRun } from "./items.ts";
import { undoKey } from "./keys.ts";
import { openAws, readResource } from "./read-resource.ts";
import { isHeldBy, readLease } from "./resource-lease.ts";
import { isRetried, type PlanRef, readPlan, writeStep } from "./response-items.ts";
import { stateDigest } from "./response-target.ts";
import type { ResourceDeps } from "./snapshot-resource.ts";
import { undoWrites } from "./undo-writes.ts";
import { type Outputs, unifyCalls } from "./unify-calls.ts";

/** `more`: some calls are made. `unseen`: all are, and AWS does not show it yet. */
export type RolledBack = { readonly outcome: ResponseEnd | "more" | "unseen"; readonly detail: string };

const outcome = (name: RolledBack["outcome"], detail: string): Result<RolledBack, never> =>
  ok({ outcome: name, detail });

/**
 * Takes back what was applied of a plan, from the state that apply left to the snapshot, its calls journaled as those of
 * apply are. Nothing is taken back where somebody else has changed the resource since, or where there is no way back.
 * Errors that may pass: `aws.throttled`, `aws.unavailable`, `aws.unknown-outcome`, `store.conflict`.
 */
export async function rollBack(d: ResourceDeps, ref: PlanRef): Promise<Result<RolledBack, EphorError>> {
  const planned = await readPlan(d, ref);
  if (!planned.ok) return planned;
  const { plan, remediation } = planned.value;
  const run = { planHash: ref.planHash, run: "apply" } as const;
  const entries = (await callEntries(d, { ref, run })).map(({ entry }) => entry);
  const begun = entries.filter(({ state }) => state !== "refused");
  if (begun.length === 0) return outcome("apply-failed", refusal(entries, plan));
  const leased = { account: plan.account, region: plan.region, resourceId: plan.resource.id };
  if (!isHeldBy(await readLease(d, ref.tenant, leased), ref.executionId)) {
    return outcome("rollback-conflict", "another response holds the resource by now");
  }
  const snapshot = await readState(d, { ...ref, kind: "snapshot" });
  if (snapshot === undefined) return outcome("rollback-failed", "there is no snapshot to go back to");
  const { target } = plan;
  const opened = await openAws(d, { remediation, target, findingId: ref.findingId, may: "write" });
  if (!opened.ok) return unreadable(opened.error);
  const context: Context = { plan, remediation, entries, before: snapshot.state, aws: opened.value };
  return withUndo(d, ref, context);
}

type Context = {
  readonly plan: StoredPlan;
  readonly remediation: Remediation;
  readonly entries: readonly CallEntry[];
  readonly before: JsonObject;
  readonly aws: AwsCall;
};

function refusal(entries: readonly CallEntry[], plan: StoredPlan): string {
  const first = entries[0];
  const call = first === undefined ? undefined : plan.calls[first.index];
  return call === undefined
    ? "nothing was changed"
    : `AWS refused ${call.service} ${call.operation}: nothing was changed`;
}

const unreadable = (error: EphorError): Result<RolledBack, EphorError> =>
  isRetried(error.code)
    ? err(ephorError(error.code, error.message))
    : outcome("rollback-failed", `it cannot be taken back: ${error.message}`);

async function withUndo(d: ResourceDeps, ref: PlanRef, context: Context): Promise<Result<RolledBack, EphorError>> {
  const { remediation, plan, aws } = context;
  const read = await readResource(aws, { remediation, target: plan.target });
  if (!read.ok) {
    const isGone = read.error.code === "remediation.resource-gone";
    return isGone ? outcome("rollback-conflict", "the resource is gone") : unreadable(read.error);
  }
  const current = read.value.state;
  const known = await d.store.get(undoKey(ref.tenant, ref));
  if (known !== undefined) return takeBack(d, ref, { ...context, undo: decode("undo", known), current });
  const begun = await begin(d, ref, { ...context, current });
  if (!begun.ok || "outcome" in begun.value) return begun as Result<RolledBack, EphorError>;
  return takeBack(d, ref, { ...context, undo: begun.value, current });
}

type Current = Context & { readonly current: JsonObject };

/** The way back, decided once; or why there is none to go. */
async function begin(
  d: ResourceDeps,
  ref: PlanRef,
  context: Current,
): Promise<Result<UndoRun | RolledBack, EphorError>> {
  const { plan, remediation, entries, before, current } = context;
  const isAnyDone = entries.some(({ state }) => state === "done");
  if (canonicalJson(current) === canonicalJson(before)) {
    return isAnyDone
      ? outcome("rolled-back", "the resource is as it was before")
      : outcome("apply-failed", "the resource is as it was before: nothing was changed");
  }
  if (plan.irreversible !== null) return outcome("rollback-failed", `there is no way back: ${plan.irreversible}`);
  const applied = await readState(d, { ...ref, kind: "applied" });
  if (!isOurs(context, applied)) {
    return outcome("rollback-conflict", "somebody else has changed the resource since: nothing was taken back");
  }
  const calls = remediation.undo({ before, current, target: plan.target });
  if (calls.length === 0) return outcome("rolled-back", "nothing is left to take back");
  const run = createHash("sha256").update(`${ref.planHash} ${ref.executionId}`).digest("hex");
  const undo: UndoRun = { run, calls, at: d.clock.now() };
  const written = await writeStep(d, async () => undoWrites(d, ref, { plan, undo }));
  return written.ok ? ok(undo) : written;
}

/** The state that apply left; where that could not be read then, one that the calls made so far lead to. */
function isOurs({ plan, remediation, entries, current }: Current, applied: KeptState | undefined): boolean {
  if (applied !== undefined) return applied.digest === stateDigest(current);
  const rest = remediation.change(current, plan.target).calls;
  const done = entries.filter(({ state }) => state === "done");
  const outputs: Outputs = new Map(done.map(({ index, output }) => [index, output]));
  const isPending = entries.some(({ state }) => state === "intent");
  const places = isPending ? [done.length, done.length + 1] : [done.length];
  return places.some((from) => unifyCalls(plan.calls, { rest, from, outputs }) !== undefined);
}

type Undoing = Current & { readonly undo: UndoRun };

async function takeBack(d: ResourceDeps, ref: PlanRef, of: Undoing): Promise<Result<RolledBack, EphorError>> {
  const { plan, remediation, before, aws, undo } = of;
  const remaining = async () => {
    const read = await readResource(aws, { remediation, target: plan.target });
    return read.ok ? ok(remediation.undo({ before, current: read.value.state, target: plan.target })) : read;
  };
  const carried = await carryOutCalls({
    ...{ calls: undo.calls, aws, remaining, token: undo.run, callsMax: CALLS_MAX },
    journal: callJournal(d, { ref, plan, run: { planHash: undo.run, run: "undo" } }),
  });
  if (!carried.ok) return cutShort(carried.error);
  if (!carried.value.finished) return outcome("more", "");
  const left = await remaining();
  if (!left.ok) return unreadable(left.error);
  if (left.value.length > 0) return outcome("unseen", "AWS does not show that all of it is taken back");
  return outcome("rolled-back", `the resource is as it was before: ${callsText(undo.calls)} took it back`);
}

function cutShort(error: EphorError): Result<RolledBack, EphorError> {
  if (error.code === "remediation.apply-failed" || error.code === "remediation.stopped") {
    return outcome("rollback-failed", `taking it back ended half-way: ${error.message}`);
  }
  return error.code === "remediation.lease-lost" ? outcome("rollback-conflict", error.message) : err(error);
}
