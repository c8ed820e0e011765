import { checkPages } from "@ephor/domain/ledger/check-page";
import type { VerifierKey } from "@ephor/domain/ledger/ledger-key";
import { rowsOfTile } from "@ephor/domain/ledger/tiles";
import { type LedgerReport, verifyLedger } from "@ephor/domain/ledger/verify";
import type { Tenant } from "@ephor/domain/tenant";
import type { LedgerEntry, LedgerStore } from "./ports.ts";

const PAGE = 1000;
type Reader = Omit<LedgerStore, "putCheckpoint" | "entry">;
export type StoredLog = { readonly tenant: Tenant; readonly origin: string; readonly keys: readonly VerifierKey[] };

/**
 * Recomputes a tenant's whole log from what is stored: records, hashes, checkpoints, head. `upTo` records are read, the size
 * at the start, so that a log that grows meanwhile is checked as of one moment.
 */
export async function verifyStoredLedger(ledger: Reader, log: StoredLog): Promise<LedgerReport> {
  const { tenant, origin, keys } = log;
  const head = await ledger.head(tenant);
  const read = async (tile: Parameters<typeof rowsOfTile>[0]) =>
    Buffer.concat(await ledger.hashes({ tenant, ...rowsOfTile(tile) }));
  return verifyLedger({
    origin,
    keys,
    head,
    pages: checkPages(pagesOf(ledger, { tenant, size: head.size }), { tenant }),
    checkpoints: notesOf(ledger, { tenant, size: head.size }),
    tiles: { size: head.size, read },
  });
}

type Sized = { readonly tenant: Tenant; readonly size: number };

async function* pagesOf(ledger: Reader, { tenant, size }: Sized): AsyncGenerator<readonly LedgerEntry[]> {
  for (let from = 0; from < size; ) {
    const entries = await ledger.entries({ tenant, from, limit: Math.min(PAGE, size - from) });
    if (entries.length === 0) return;
    yield entries;
    from += entries.length;
  }
}

async function* notesOf(ledger: Reader, { tenant, size }: Sized): AsyncGenerator<string> {
  let afterSize = 0;
  for (;;) {
    const checkpoints = await ledger.checkpoints({ tenant, afterSize, limit: PAGE });
    for (const checkpoint of checkpoints) {
      if (checkpoint.size > size) return;
      yield checkpoint.note;
      afterSize = checkpoint.size;
    }
    if (checkpoints.length === 0) return;
  }
}
