import { type EphorError, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { DEFAULT_TENANT, type Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import { type ApplyingSwitch, decode, encode } from "./items.ts";
import { applyingSwitchKey } from "./keys.ts";
import { appendRecord } from "./ledger-record.ts";
import type { Clock, Item, Random, Store, Write } from "./ports.ts";

export type SwitchRequest = {
  readonly tenant: Tenant;
  readonly stopped: boolean;
  readonly reason: string;
  readonly by: string;
  readonly correlationId: string;
};
const ATTEMPTS_MAX = 10;

/**
 * Stops all applying of a tenant at once, or lets it go on; that of `default` holds for every tenant. Read before every
 * call that changes anything, so it also stops what is under way. Saying what already holds changes nothing.
 */
export async function setApplyingSwitch(
  d: { readonly store: Store; readonly clock: Clock; readonly random: Random },
  of: SwitchRequest,
): Promise<Result<ApplyingSwitch, EphorError<"store.conflict">>> {
  const { tenant, stopped, reason, by, correlationId } = of;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const item = await d.store.get(applyingSwitchKey(tenant));
    const known = item && decode("switch", item);
    if (known !== undefined && known.stopped === stopped) return ok(known);
    const at = d.clock.now();
    const next: ApplyingSwitch = { stopped, reason, by, at };
    const done = await d.store.transact([
      { kind: "put", item: { ...applyingSwitchKey(tenant), ...encode("switch", next) }, when: asRead(item) },
      appendRecord(d, {
        idempotencyKey: `switch applying ${tenant} ${(item?.version ?? 0) + 1}`,
        ...{ time: at, tenant, entity_type: "switch", this: "applying", did: stopped ? "stopped" : "resumed" },
        ...{ reason, who: by, correlation_id: correlationId },
      }),
    ]);
    if (done.ok) return ok(next);
    if (done.error.code !== "store.conflict") throw new Error(done.error.message);
  }
  return err(ephorError("store.conflict", `the switch changed ${ATTEMPTS_MAX} times while it was written`));
}

const asRead = (item: Item | undefined) =>
  item === undefined ? ({ kind: "absent" } as const) : ({ kind: "version", version: item.version } as const);

export type SwitchRead = {
  /** Why nothing may be applied now; null where it may. */
  readonly stopped: string | null;
  /** Hold a transaction to what was read. */
  readonly checks: readonly Write[];
};

type OwnedRead = {
  readonly owner: Tenant;
  readonly item: Item | undefined;
  readonly known: ApplyingSwitch | undefined;
};

/** The switches that hold for a tenant: its own and that of `default`. */
async function readSwitches(d: { readonly store: Store }, tenant: Tenant): Promise<readonly OwnedRead[]> {
  const owners = [...new Set([tenant, DEFAULT_TENANT])];
  return Promise.all(
    owners.map(async (owner) => {
      const item = await d.store.get(applyingSwitchKey(owner));
      return { owner, item, known: item && decode("switch", item) };
    }),
  );
}

/** Whether anything may be applied for `tenant`: its own switch and that of `default`. */
export async function readApplyingSwitch(d: { readonly store: Store }, tenant: Tenant): Promise<SwitchRead> {
  const read = await readSwitches(d, tenant);
  const stopped = read.find(({ known }) => known?.stopped === true)?.known;
  return {
    stopped: stopped === undefined ? null : `${stopped.by} stopped all applying at ${stopped.at}: ${stopped.reason}`,
    checks: read.map(({ owner, item }) => ({ kind: "check", key: applyingSwitchKey(owner), when: asRead(item) })),
  };
}

/** What holds for a tenant now. Who set the switch last, when and why are null where nobody ever has. */
export type ApplyingShown = {
  readonly stopped: boolean;
  readonly reason: string | null;
  readonly by: string | null;
  readonly at: Timestamp | null;
  /** Whether it is the switch of `default`, which holds for every tenant. */
  readonly forAll: boolean;
};

export async function showApplyingSwitch(d: { readonly store: Store }, tenant: Tenant): Promise<ApplyingShown> {
  const read = await readSwitches(d, tenant);
  const told = read.find(({ known }) => known?.stopped === true) ?? read.find(({ owner }) => owner === tenant);
  const { stopped = false, reason = null, by = null, at = null } = told?.known ?? {};
  return { stopped, reason, by, at, forAll: told?.owner === DEFAULT_TENANT };
}

/** Gauges of the switch of `default`, for Prometheus. */
export const applyingGauges = async (d: {
  readonly store: Store;
}): Promise<{ readonly ephor_applying_stopped: 0 | 1 }> => ({
  ephor_applying_stopped: (await showApplyingSwitch(d, DEFAULT_TENANT)).stopped ? 1 : 0,
});
