import { approvalLinks } from "@ephor/app/approval-links";
import { dynamodbClient, kmsClient, s3Client } from "@ephor/aws/clients";
import { dynamodbStore } from "@ephor/aws/dynamodb/dynamodb-store";
import { dynamodbLedger } from "@ephor/aws/dynamodb/ledger-store";
import { sequencePending } from "@ephor/aws/dynamodb/sequence-pending";
import { deriveKey } from "@ephor/aws/kms/derive-key";
import { kmsSigner } from "@ephor/aws/kms/signer";
import { s3Blobs } from "@ephor/aws/s3/blobs";
import type { Config } from "@ephor/domain/config/config";
import type { Tenant } from "@ephor/domain/tenant";
import { machine, setting } from "./machine.ts";

/*
 * What functions are put together from. Each part reads its own variables when it is asked for, as the function starts,
 * and its client comes only into the bundles of functions that ask.
 */

/** The table: items, the ledger, and the sequencer that gives records their places in it. */
export function table() {
  const deps = { ...machine, client: dynamodbClient(), table: setting("EPHOR_TABLE") };
  return {
    store: dynamodbStore(deps),
    ledger: dynamodbLedger(deps),
    settle: (tenant: Tenant, ids: readonly string[] = []) => sequencePending(deps, { tenant, ids }),
  };
}

export const readableBlobs = () => s3Blobs({ ...machine, client: s3Client(), bucket: setting("EPHOR_BUCKET") });

export const blobs = () =>
  s3Blobs({ ...machine, client: s3Client(), bucket: setting("EPHOR_BUCKET"), key: setting("EPHOR_BUCKET_KEY") });

/** Makes and opens links to approvals, with a key that KMS derives the same every time. */
export function linkKey() {
  const deps = { ...machine, client: kmsClient() };
  const keyId = setting("EPHOR_LINK_KEY");
  return async () => approvalLinks({ key: await deriveKey(deps, { keyId, purpose: "ephor approval links" }) });
}

/** Signs with the ledger key; asks KMS for its public half first. */
export function ledgerKey() {
  const deps = { ...machine, client: kmsClient(), keyId: setting("EPHOR_LEDGER_KEY") };
  return ({ publicUrl }: Pick<Config, "publicUrl">) => kmsSigner({ ...deps, publicUrl });
}
