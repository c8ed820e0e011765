import type { Blobs, Clock } from "@ephor/app/ports";
import type { JsonObject } from "@ephor/domain/json";
import type { Tenant } from "@ephor/domain/tenant";
import { epochMsOf } from "@ephor/domain/time";

/** Step Functions passes 256 KiB between states; what is larger goes by reference (delivery.md). */
export const INLINE_BYTES_MAX = 240 * 1024;
/** Longer than a dead letter is kept, so that a reference never outlives what it names. */
const BLOB_KEPT_SECONDS = 15 * 86_400;

/** The envelope as a workflow is handed it: itself, or where it lies if it is over 240 KiB. */
export async function eventOrReference(
  d: { readonly blobs: Blobs; readonly clock: Clock },
  { tenant, id, envelope }: { tenant: Tenant; id: string; envelope: JsonObject },
): Promise<JsonObject> {
  const bytes = Buffer.from(JSON.stringify(envelope));
  if (bytes.length <= INLINE_BYTES_MAX) return envelope;
  const expiresAt = Math.floor(epochMsOf(d.clock.now()) / 1000) + BLOB_KEPT_SECONDS;
  await d.blobs.put({ tenant, id, bytes, expiresAt });
  return { ref: { tenant, id } };
}
