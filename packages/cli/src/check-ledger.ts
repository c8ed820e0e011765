import { existsSync } from "node:fs";
import { apiClient } from "@ephor/api/client";
import { type EphorError, EphorException } from "@ephor/domain/error";
import { openCheckpoint } from "@ephor/domain/ledger/checkpoint";
import { EMPTY_HEAD, parseLedgerHead } from "@ephor/domain/ledger/sequence";
import { err, ok, type Result } from "@ephor/domain/result";
import { isTenant, type Tenant } from "@ephor/domain/tenant";
import { openSqliteReadOnly } from "@ephor/local/sqlite/open-sqlite";
import { databaseIn, verifierKeysIn } from "@ephor/node/data-folder";
import { readVerifierKeys, tenantOfOrigin } from "@ephor/node/ledger-signer";
import type { Invocation } from "./command.ts";
import type { Check } from "./print-checks.ts";
import { adminTokenOf, dataFolderOf, nodeUrlOf } from "./settings.ts";

const check = "ledger";
const unknown = (found: string): Check => ({ check, state: "unknown", found });

/**
 * Whether the node that answers writes to the file of this folder: a file that was replaced or moved under it lacks
 * records that the node has signed. The node is asked first, since the file may only grow meanwhile.
 */
export async function checkLedger(invocation: Invocation): Promise<Check> {
  const folder = dataFolderOf(invocation);
  const url = nodeUrlOf(invocation);
  const token = adminTokenOf(invocation);
  const file = databaseIn(folder);
  if (!existsSync(file) || token === undefined) return unknown(`${folder} has no store and token yet`);
  if (!url.ok) return unknown(url.error.message);
  const signed = await signedBy({ url: url.value, token, folder });
  if (!signed.ok) return unknown(`the log of the node could not be read: ${signed.error.message}`);
  const stored = await storedIn(file, signed.value.tenant);
  if (!stored.ok) return { check, state: "fail", found: `${file}: ${stored.error.message}` };
  const { size } = signed.value;
  if (size <= stored.value) return { check, state: "pass", found: `${stored.value} records, ${size} of them signed` };
  return {
    check,
    state: "fail",
    found: [
      `the node at ${url.value} has signed ${size} records, ${file} holds ${stored.value}: the node writes to another file than this`,
      "where it runs on another folder, name that one by --data",
      "where the file was replaced or moved under it, what it writes is lost when it stops: list what you need of it, then start it anew",
    ].join("\n"),
  };
}

type Asked = { readonly url: string; readonly token: string; readonly folder: string };

/** How far the node's log of the token's tenant goes, by a checkpoint that a key of this folder has signed. */
async function signedBy({ url, token, folder }: Asked): Promise<Result<{ size: number; tenant: Tenant }, EphorError>> {
  const note = await apiClient({ url, token }).ledgerCheckpoint();
  if (!note.ok) return note;
  const origin = note.value.split("\n")[0] ?? "";
  const opened = openCheckpoint(note.value, { origin, keys: readVerifierKeys(verifierKeysIn(folder)) });
  if (!opened.ok) return opened;
  const tenant = tenantOfOrigin(origin);
  if (!isTenant(tenant)) throw new Error(`a log of no tenant: ${origin}`);
  return ok({ size: opened.value.size, tenant });
}

async function storedIn(file: string, tenant: Tenant): Promise<Result<number, EphorError>> {
  const opened = openSqliteReadOnly(file);
  if (!opened.ok) return opened;
  try {
    const head: unknown = await opened.value.ledger.head(tenant);
    const parsed = parseLedgerHead(head ?? EMPTY_HEAD);
    return parsed.ok ? ok(parsed.value.size) : parsed;
  } catch (cause) {
    if (cause instanceof EphorException) return err(cause.error);
    throw cause;
  } finally {
    opened.value.close();
  }
}
