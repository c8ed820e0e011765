import { type EphorError, ephorError } from "../error.ts";
import { err, ok, type Result } from "../result.ts";
import { LEAF_BYTES_MAX } from "./record.ts";
import { TILE_WIDTH } from "./tiles.ts";

const LENGTH_BYTES = 2;

/** The leaves of an entry tile, each after its length in two bytes, big-endian (C2SP tlog-tiles). */
export function encodeEntries(leaves: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(leaves.flatMap((leaf) => [lengthOf(leaf), leaf]));
}

function lengthOf(leaf: Uint8Array): Uint8Array {
  if (leaf.length > LEAF_BYTES_MAX) throw new Error(`a leaf has at most ${LEAF_BYTES_MAX} bytes, got ${leaf.length}`);
  return Uint8Array.of(leaf.length >> 8, leaf.length & 0xff);
}

/** The leaves of an entry tile, at most 256. Error: `ledger.invalid`, with the number of the entry that is cut off. */
export function decodeEntries(bundle: Uint8Array): Result<readonly Uint8Array[], EphorError<"ledger.invalid">> {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.length);
  const leaves: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    if (leaves.length === TILE_WIDTH)
      return err(ephorError("ledger.invalid", `a bundle has at most ${TILE_WIDTH} entries`));
    const start = at + LENGTH_BYTES;
    const end = start <= bundle.length ? start + view.getUint16(at) : start;
    if (end > bundle.length)
      return err(ephorError("ledger.invalid", `entry ${leaves.length} of the bundle is cut off`));
    leaves.push(bundle.subarray(start, end));
    at = end;
  }
  return ok(leaves);
}
