import { type BadKind, type BadRecord, checkPages, type StoredEntry } from "@ephor/domain/ledger/check-page";
import { HASH_BYTES } from "@ephor/domain/ledger/hash";
import type { VerifierKey } from "@ephor/domain/ledger/ledger-key";
import { parseLedgerHead } from "@ephor/domain/ledger/sequence";
import { rowsOfTile } from "@ephor/domain/ledger/tiles";
import { type LedgerReport, type StoredNote, verifyLedger } from "@ephor/domain/ledger/verify";

type Part = "records" | "sealed" | "hashes";

/** What a store holds of its logs, unparsed and as of one moment: whatever lies there, it is the verifier who judges it. */
export type StoredLedger = {
  /** Every name under which anything is stored. */
  tenants(): readonly string[];
  /** Undefined where there is none. */
  head(tenant: string): unknown;
  /** The records with 0 <= seq < `size`, by ascending seq. */
  pages(log: { tenant: string; size: number }): Iterable<readonly StoredEntry[]>;
  /** `count` hashes of a level from `from` on, fewer where there are fewer. */
  hashes(range: { tenant: string; level: number; from: number; count: number }): readonly Uint8Array[];
  /** All checkpoints by ascending size. */
  notes(tenant: string): Iterable<StoredNote>;
  /** Rows that stand outside a log of `size` records, at least the first of each part. */
  strays(log: { tenant: string; size: number }): readonly { readonly of: Part; readonly seq: number }[];
};

/** A log that should be there, by the keys that are trusted, or is there: then `keys` may be empty. */
export type StoredLog = { readonly tenant: string; readonly origin: string; readonly keys: readonly VerifierKey[] };

/**
 * Recomputes a tenant's whole log from all that is stored of it: records, values beside them, signatures of decisions,
 * hashes, checkpoints, head. Not ok, too, is a log of which nothing is stored (`missing`), one without a key (`unsigned`), and one with rows
 * outside its places.
 */
export async function verifyStoredLedger(stored: StoredLedger, log: StoredLog): Promise<LedgerReport> {
  const { tenant, origin, keys } = log;
  if (!stored.tenants().includes(tenant)) return refused("missing", "there is a key for this log, and no record of it");
  if (keys.length === 0) return refused("unsigned", "there is no key that could have signed this log");
  const head = stored.head(tenant) ?? null;
  const parsed = parseLedgerHead(head);
  const size = parsed.ok ? parsed.value.size : Number.MAX_SAFE_INTEGER;
  const read = async (tile: Parameters<typeof rowsOfTile>[0]) =>
    Buffer.concat(stored.hashes({ tenant, ...rowsOfTile(tile) }).map(wholeHash));
  const report = await verifyLedger({
    origin,
    keys,
    head,
    pages: checkPages(stored.pages({ tenant, size }), { tenant, keys }),
    checkpoints: stored.notes(tenant),
    ...(parsed.ok && { tiles: { size, read } }),
  });
  if (!report.ok) return report;
  const [stray] = stored.strays({ tenant, size });
  return stray === undefined ? report : { ...report, ok: false, firstBad: strayFault(stray, size) };
}

const refused = (kind: BadKind, message: string): LedgerReport => ({
  ok: false,
  records: 0,
  decisions: 0,
  unsigned: 0,
  checkpoint: null,
  firstBad: { seq: 0, kind, message },
});

/** One of another length would move those behind it to other places of the tile. */
const wholeHash = (hash: Uint8Array): Uint8Array => (hash.length === HASH_BYTES ? hash : new Uint8Array(HASH_BYTES));

function strayFault({ of, seq }: { of: Part; seq: number }, size: number): BadRecord {
  const outside = `outside the log, whose stored head counts ${size}`;
  if (of === "sealed") return { seq, kind: "private", message: `private values of a record ${outside}` };
  if (of === "hashes") return { seq, kind: "tree", message: `a stored hash ${outside}` };
  return { seq, kind: seq < 0 ? "order" : "head", message: `a record ${outside}` };
}
