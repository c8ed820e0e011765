import { fromBase64 } from "@ephor/domain/ledger/hash";
import { ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { CheckpointSigner, Clock, LedgerStore, WriteError } from "./ports.ts";

export type SignCheckpointDeps = {
  readonly ledger: LedgerStore;
  readonly signer: CheckpointSigner;
  readonly clock: Clock;
};

/**
 * Signs the stored head of the tenant's log if it grew since its last checkpoint. Only the stored head is signed and the
 * store refuses any other, so no two signed heads can disagree (ledger.md).
 */
export async function signCheckpoint(
  d: SignCheckpointDeps,
  tenant: Tenant,
): Promise<Result<{ size: number; note: string | null }, WriteError>> {
  const [head, last] = await Promise.all([d.ledger.head(tenant), d.ledger.checkpoint(tenant)]);
  if (last?.size === head.size) return ok({ size: last.size, note: last.note });
  if (head.size === 0) return ok({ size: 0, note: null });
  const root = fromBase64(head.root);
  if (root === undefined) throw new Error(`the stored head of ${tenant} has no root`);
  const note = await d.signer.sign({ tenant, size: head.size, root });
  const done = await d.ledger.putCheckpoint({ tenant, size: head.size, note, signedAt: d.clock.now() });
  return done.ok ? ok({ size: head.size, note }) : done;
}
