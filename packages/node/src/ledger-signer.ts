import type { CheckpointSigner } from "@ephor/app/ports";
import { signCheckpoint } from "@ephor/domain/ledger/checkpoint";
import { formatVerifierKey, type LedgerKey } from "@ephor/domain/ledger/ledger-key";
import type { Tenant } from "@ephor/domain/tenant";
import { ledgerKey } from "./data-folder.ts";

/** Signs with the node's key file. The origin and key name of a tenant's log are `<publicUrl host>/<tenant>` (ledger.md). */
export function fileSigner({ publicUrl, pem }: { publicUrl: string; pem: string }): CheckpointSigner {
  const host = new URL(publicUrl).host;
  const keys = new Map<Tenant, LedgerKey>();
  const origin = (tenant: Tenant) => `${host}/${tenant}`;
  const keyOf = (tenant: Tenant): LedgerKey => {
    const key = keys.get(tenant) ?? ledgerKey({ name: origin(tenant), pem });
    keys.set(tenant, key);
    return key;
  };
  return {
    origin,
    sign: async ({ tenant, size, root }) => signCheckpoint({ origin: origin(tenant), size, root }, [keyOf(tenant)]),
    verifierKeys: (tenant) => [formatVerifierKey(keyOf(tenant))],
  };
}
