import { sign } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { CheckpointSigner, StatementSigner } from "@ephor/app/ports";
import { signCheckpoint } from "@ephor/domain/ledger/checkpoint";
import { formatVerifierKey, type LedgerKey, parseVerifierKey, type VerifierKey } from "@ephor/domain/ledger/ledger-key";
import type { Tenant } from "@ephor/domain/tenant";
import { ledgerKey, writePrivate } from "./data-folder.ts";

/** The logs of a data folder, a C2SP verifier key a line; a log keeps the origin that it began with. */
export function readVerifierKeys(file: string): readonly VerifierKey[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.flatMap((line) => {
    const key = parseVerifierKey(line);
    return key.ok ? [key.value] : [];
  });
}

/** The tenant of a log is the last part of its origin. */
export const tenantOfOrigin = (origin: string): string => origin.slice(origin.lastIndexOf("/") + 1);

/**
 * Signs with the node's key file. The origin and key name of a tenant's log are `<publicUrl host>/<tenant>` (ledger.md),
 * by the `publicUrl` at the log's beginning: it stands in `verifierKeysFile`, and a later change does not fork the log.
 */
export function fileSigner(of: {
  publicUrl: string;
  pem: string;
  verifierKeysFile: string;
}): CheckpointSigner & StatementSigner {
  const host = new URL(of.publicUrl).host;
  const keys = new Map<string, LedgerKey>();
  for (const { name } of readVerifierKeys(of.verifierKeysFile))
    keys.set(tenantOfOrigin(name), ledgerKey({ name, pem: of.pem }));

  const keyOf = (tenant: Tenant): LedgerKey => {
    const known = keys.get(tenant);
    if (known !== undefined) return known;
    const key = ledgerKey({ name: `${host}/${tenant}`, pem: of.pem });
    keys.set(tenant, key);
    writePrivate(of.verifierKeysFile, [...keys.values()].map((one) => `${formatVerifierKey(one)}\n`).join(""));
    return key;
  };
  return {
    origin: (tenant) => keyOf(tenant).name,
    sign: async ({ tenant, size, root }) => {
      const key = keyOf(tenant);
      return signCheckpoint({ origin: key.name, size, root }, [key]);
    },
    signStatement: async ({ tenant, text }) => {
      const { id, privateKey } = keyOf(tenant);
      return { keyId: id, signature: sign(null, Buffer.from(text), privateKey).toString("base64") };
    },
    verifierKeys: (tenant) => [formatVerifierKey(keyOf(tenant))],
  };
}
