import type { Tenant } from "@ephor/domain/tenant";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { appendRecord } from "./ledger-record.ts";
import type { Clock, Random, Store } from "./ports.ts";

export type Audited = {
  readonly tenant?: Tenant;
  readonly subject?: string;
  readonly did: string;
  readonly this?: string;
  readonly outcome: string;
  readonly address?: string;
  /** How many like it this one record stands for. */
  readonly attempts?: number;
  readonly correlationId: string;
};

/** One ledger record about the use of Ephor itself: a refusal, an export, a read of evidence (console.md). */
export async function audit(
  d: { readonly store: Store; readonly clock: Clock; readonly random: Random },
  entry: Audited,
): Promise<void> {
  const time = d.clock.now();
  const unique = Buffer.from(d.random.bytes(12)).toString("hex");
  const record = appendRecord(d, {
    idempotencyKey: `audit ${time} ${unique}`,
    time,
    tenant: entry.tenant ?? DEFAULT_TENANT,
    entity_type: "node",
    this: entry.this ?? "api",
    did: entry.did,
    status: entry.outcome,
    correlation_id: entry.correlationId,
    ...(entry.subject === undefined ? {} : { who: entry.subject }),
    ...(entry.attempts === undefined ? {} : { metadata: { attempts: entry.attempts } }),
    ...(entry.address === undefined ? {} : { source_ip: entry.address }),
  });
  const done = await d.store.transact([record]);
  if (!done.ok) throw new Error(done.error.message);
}
