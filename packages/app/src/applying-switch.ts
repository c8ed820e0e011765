import { type EphorError, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { DEFAULT_TENANT, type Tenant } from "@ephor/domain/tenant";
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

/** Whether anything may be applied for `tenant`: its own switch and that of `default`. */
export async function readApplyingSwitch(d: { readonly store: Store }, tenant: Tenant): Promise<SwitchRead> {
  const owners = [...new Set([tenant, DEFAULT_TENANT])];
  const read = await Promise.all(owners.map((owner) => d.store.get(applyingSwitchKey(owner))));
  const stops = read.flatMap((item) => (item === undefined ? [] : [decode("switch", item)]));
  const stopped = stops.find((one) => one.stopped);
  return {
    stopped: stopped === undefined ? null : `${stopped.by} stopped all applying at ${stopped.at}: ${stopped.reason}`,
    checks: owners.map((owner, at) => ({ kind: "check", key: applyingSwitchKey(owner), when: asRead(read[at]) })),
  };
}
