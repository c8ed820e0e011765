import { EFFECTS_DUE, NOTICES_DUE } from "@ephor/app/keys";
import type { Log } from "@ephor/app/ports";
import { isTenant, type Tenant } from "@ephor/domain/tenant";
import { type BatchAnswer, failuresOf } from "./batch.ts";

/** A batch of the table's stream as Lambda hands it in, as far as anything here looks at it. */
export type StreamBatch = {
  readonly Records: readonly {
    readonly dynamodb?: {
      readonly SequenceNumber?: string;
      readonly NewImage?: { readonly duePk?: { readonly S?: string }; readonly id?: { readonly S?: string } };
    };
  }[];
};

type Deps = {
  /** Gives records their places in the tenant's log. */
  readonly settle: (tenant: Tenant, ids: readonly string[]) => Promise<unknown>;
  readonly signCheckpoint: (tenant: Tenant) => Promise<unknown>;
  readonly dispatchEffects: (tenant: Tenant) => Promise<unknown>;
  readonly log: Log;
};

type Work = { readonly ids: Set<string>; hasEffects: boolean; readonly sequenceNumbers: string[] };

/**
 * What follows from commits: records get their places and the head is signed, effects are carried out, tenant by tenant.
 * What fails for a tenant comes again for it; what the stream gives up on, the minute schedules find in the index.
 */
export async function consumeStream(d: Deps, batch: StreamBatch): Promise<BatchAnswer> {
  const failed = await Promise.all(
    [...workByTenant(batch)].map(async ([tenant, work]) => {
      try {
        await Promise.all([sequenceAndSign(d, { tenant, work }), work.hasEffects && d.dispatchEffects(tenant)]);
        return [];
      } catch (error) {
        d.log.error("sweep.failed", { name: "stream", tenant, error });
        return work.sequenceNumbers;
      }
    }),
  );
  return failuresOf(failed.flat());
}

async function sequenceAndSign(d: Deps, { tenant, work }: { tenant: Tenant; work: Work }): Promise<void> {
  if (work.ids.size === 0) return;
  await d.settle(tenant, [...work.ids]);
  try {
    await d.signCheckpoint(tenant);
  } catch (error) {
    // The records have their places; the minute schedule signs the head.
    d.log.error("checkpoint.failed", { tenant, error });
  }
}

function workByTenant({ Records: records }: StreamBatch): ReadonlyMap<Tenant, Work> {
  const found = new Map<Tenant, Work>();
  for (const { dynamodb } of records) {
    const [tenant = "", kind] = dynamodb?.NewImage?.duePk?.S?.split("#") ?? [];
    const number = dynamodb?.SequenceNumber;
    if (!isTenant(tenant) || number === undefined) continue;
    const work = found.get(tenant) ?? { ids: new Set(), hasEffects: false, sequenceNumbers: [] };
    const id = dynamodb?.NewImage?.id?.S;
    if (kind === "$pending" && id !== undefined) work.ids.add(id);
    if (kind === EFFECTS_DUE || kind === NOTICES_DUE) work.hasEffects = true;
    work.sequenceNumbers.push(number);
    found.set(tenant, work);
  }
  return found;
}
