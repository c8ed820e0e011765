import { type EphorError, ephorError } from "@ephor/domain/error";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { encodeEntries } from "@ephor/domain/ledger/entry-bundle";
import { toBase64 } from "@ephor/domain/ledger/hash";
import { consistencyProof, inclusionProof, type ReadTile } from "@ephor/domain/ledger/tile-proofs";
import { hasTile, parseTilePath, rowsOfTile, TILE_WIDTH } from "@ephor/domain/ledger/tiles";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { LedgerStore } from "./ports.ts";
import { type SignCheckpointDeps, signCheckpoint } from "./sign-checkpoint.ts";

/** A record in its place, with the path (base64 hashes) from its leaf to the root that `checkpoint` signs. */
export type ProvenRecord = {
  readonly seq: number;
  readonly id: string;
  readonly record: JsonObject;
  /** The private values and salts behind the record's commitments; null once erased. */
  readonly sealed: JsonObject | null;
  readonly inclusion_proof: readonly string[];
  readonly checkpoint: string;
};
type Missing = EphorError<"ledger.not-found">;
type Deps = { readonly ledger: LedgerStore };

const missing = (message: string) => err(ephorError("ledger.not-found", message));

const tileReader =
  (d: Deps, tenant: Tenant): ReadTile =>
  async (tile) =>
    Buffer.concat(await d.ledger.hashes({ tenant, ...rowsOfTile(tile) }));

/** The newest signed tree head; signs one where the log grew since. Errors: `ledger.not-found` for an empty log. */
export async function newestCheckpoint(
  d: SignCheckpointDeps,
  tenant: Tenant,
): Promise<Result<{ size: number; note: string }, Missing>> {
  const signed = await signCheckpoint(d, tenant);
  const stored = signed.ok ? signed.value : await d.ledger.checkpoint(tenant);
  if (!stored?.note) return missing("the ledger has no record yet");
  return ok({ size: stored.size, note: stored.note });
}

/** The record at `seq` and the proof that the signed tree holds it there. */
export async function proveRecord(
  d: SignCheckpointDeps,
  { tenant, seq }: { tenant: Tenant; seq: number },
): Promise<Result<ProvenRecord, Missing>> {
  const checkpoint = await newestCheckpoint(d, tenant);
  if (!checkpoint.ok) return checkpoint;
  const { size, note } = checkpoint.value;
  const [entry] = seq < size ? await d.ledger.entries({ tenant, from: seq, limit: 1 }) : [];
  if (entry === undefined) return missing(`no record ${seq}; the signed tree has ${size}`);
  const record: unknown = JSON.parse(entry.leaf);
  if (!isJsonObject(record)) throw new Error(`record ${seq} of ${tenant} is no object`);
  const proof = await inclusionProof({ index: seq, size }, tileReader(d, tenant));
  const sealed = entry.sealed as JsonObject | null;
  return ok({ seq, id: entry.id, record, sealed, inclusion_proof: proof.map(toBase64), checkpoint: note });
}

/** The proof that the tree of `to` leaves continues that of `from`. */
export async function proveConsistency(
  d: Deps,
  { tenant, from, to }: { tenant: Tenant; from: number; to: number },
): Promise<Result<{ from: number; to: number; proof: readonly string[] }, Missing>> {
  const { size } = await d.ledger.head(tenant);
  if (to > size || from > to) return missing(`expected 0 <= from <= to <= ${size}`);
  const proof = await consistencyProof({ from, size: to }, tileReader(d, tenant));
  return ok({ from, to, proof: proof.map(toBase64) });
}

/** A tile or entry bundle by its C2SP path, `tile/…`; complete or as wide as asked for. */
export async function readTile(
  d: Deps,
  { tenant, path }: { tenant: Tenant; path: string },
): Promise<Result<Uint8Array, Missing>> {
  const tile = parseTilePath(path);
  if (!tile.ok) return tile;
  const { size } = await d.ledger.head(tenant);
  if (!hasTile(tile.value, size)) return missing(`the tree of ${size} has no ${path}`);
  if (tile.value.kind === "hashes") return ok(await tileReader(d, tenant)(tile.value));
  const { index, width } = tile.value;
  const entries = await d.ledger.entries({ tenant, from: index * TILE_WIDTH, limit: width });
  return ok(encodeEntries(entries.map(({ leaf }) => Buffer.from(leaf))));
}
