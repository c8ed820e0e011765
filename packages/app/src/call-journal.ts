import { type EphorError, EphorException, ephorError } from "@ephor/domain/error";
import type { CallEntry } from "@ephor/domain/response";
import { err, ok, type Result } from "@ephor/domain/result";
import { readApplyingSwitch } from "./applying-switch.ts";
import type { CallJournal } from "./carry-out-calls.ts";
import { decode, encode, type StoredPlan } from "./items.ts";
import { type CallRun, callKey, callPrefix, findingKey } from "./keys.ts";
import { appendRecord } from "./ledger-record.ts";
import type { Clock, Item, Random, Store, Write } from "./ports.ts";
import { queryAll } from "./query-all.ts";
import { holdWrite, isHeldBy, readLease } from "./resource-lease.ts";
import type { PlanRef } from "./response-items.ts";

type Deps = { readonly store: Store; readonly clock: Clock; readonly random: Random };
type Journaled = {
  readonly ref: PlanRef;
  readonly plan: Pick<StoredPlan, "account" | "region" | "resource" | "remediation">;
  readonly run: Pick<CallRun, "planHash" | "run">;
};
const PAGE = 100;
const ATTEMPTS_MAX = 5;

/** What became of the calls of one run so far, in their order. */
export async function callEntries(
  d: { readonly store: Store },
  { ref, run }: Pick<Journaled, "ref" | "run">,
): Promise<readonly { readonly entry: CallEntry; readonly item: Item }[]> {
  const prefix = callPrefix({ ...ref, ...run });
  const { pk } = findingKey(ref.tenant, ref.findingId);
  const found: { entry: CallEntry; item: Item }[] = [];
  const range = { tenant: ref.tenant, pk, from: prefix, to: `${prefix}~`, limit: PAGE };
  for await (const item of queryAll(d.store, range)) found.push({ entry: decode("call", item), item });
  return found;
}

/**
 * The journal of one run of calls. The transaction that states a call's intent also holds to the switch that stops all
 * applying, and to the lease, which it renews: nothing is begun that either of them forbids.
 */
export function callJournal(d: Deps, of: Journaled): CallJournal {
  /** The versions that this run has seen: what another has written since is not this one's to go on from. */
  const seen = new Map<number, number>();
  return {
    async entries() {
      const found = await callEntries(d, of);
      seen.clear();
      for (const { entry, item } of found) seen.set(entry.index, item.version);
      return found.map(({ entry }) => entry);
    },
    async intend(index) {
      for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
        const writes = await intentWrites(d, { ...of, index, seen: seen.get(index) });
        if (!writes.ok) return writes;
        const done = await d.store.transact(writes.value);
        if (done.ok) {
          seen.set(index, (seen.get(index) ?? 0) + 1);
          return ok(undefined);
        }
        if (done.error.code !== "store.conflict") throw new EphorException(done.error);
      }
      return err(ephorError("store.conflict", `call ${index + 1} was begun by others as well`));
    },
    async settle({ why, ...settled }) {
      const item = await d.store.get(callKey(of.ref.tenant, { ...of.ref, ...of.run, index: settled.index }));
      const known = item && decode("call", item);
      if (known?.state === "done" && settled.state === "done") return ok(undefined);
      if (item === undefined || known?.state !== "intent") return conflict(settled.index);
      const entry: CallEntry = { ...settled, at: d.clock.now() };
      const done = await d.store.transact([entryWrite(of, { entry, item }), callRecord(d, of, { entry, why })]);
      return done.ok ? ok(undefined) : conflict(settled.index);
    },
  };
}

const conflict = (index: number) =>
  err(ephorError("store.conflict", `what became of call ${index + 1} was written by others meanwhile`));

type Refused = EphorError<"remediation.stopped" | "remediation.lease-lost" | "store.conflict">;

async function intentWrites(
  d: Deps,
  { index, seen, ...of }: Journaled & { readonly index: number; readonly seen: number | undefined },
): Promise<Result<readonly Write[], Refused>> {
  const { ref, plan, run } = of;
  const { tenant, executionId: owner } = ref;
  const leased = { account: plan.account, region: plan.region, resourceId: plan.resource.id };
  const [stop, lease, item] = await Promise.all([
    readApplyingSwitch(d, tenant),
    readLease(d, tenant, leased),
    d.store.get(callKey(tenant, { ...ref, ...run, index })),
  ]);
  if (stop.stopped !== null) return err(ephorError("remediation.stopped", stop.stopped));
  if (!isHeldBy(lease, owner)) return err(ephorError("remediation.lease-lost", "another response holds the resource"));
  if (item?.version !== seen) return conflict(index);
  if (item !== undefined && decode("call", item).state !== "intent") return conflict(index);
  const now = d.clock.now();
  const entry: CallEntry = { index, state: "intent", at: now, output: {}, known: null };
  return ok([entryWrite(of, { entry, item }), holdWrite(lease, { tenant, of: leased, owner, now }), ...stop.checks]);
}

function entryWrite({ ref, run }: Journaled, { entry, item }: { entry: CallEntry; item: Item | undefined }): Write {
  const when =
    item === undefined ? ({ kind: "absent" } as const) : ({ kind: "version", version: item.version } as const);
  const key = callKey(ref.tenant, { ...ref, ...run, index: entry.index });
  return { kind: "put", item: { ...key, ...encode("call", entry) }, when };
}

function callRecord(d: Deps, of: Journaled, { entry, why }: { entry: CallEntry; why: string | undefined }): Write {
  const { ref, plan, run } = of;
  const { tenant, findingId, generation, planHash, executionId, correlationId } = ref;
  const isDone = entry.state === "done";
  return appendRecord(d, {
    idempotencyKey: `call ${findingId} ${generation} ${run.planHash} ${run.run} ${entry.index}`,
    ...{ time: entry.at, tenant, entity_type: "remediation", this: plan.remediation, parent: findingId, generation },
    did: run.run === "apply" ? (isDone ? "call-made" : "call-refused") : isDone ? "call-undone" : "undo-refused",
    ...{ plan_hash: planHash, account: plan.account, region: plan.region, resource: { ...plan.resource } },
    ...{ related: [executionId], correlation_id: correlationId },
    metadata: { index: entry.index, known: entry.known ?? "nothing" },
    ...(why === undefined ? {} : { error: { code: "remediation.apply-failed", message: why.slice(0, 1024) } }),
  });
}
