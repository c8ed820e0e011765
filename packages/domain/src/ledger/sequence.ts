/**
 * A tree head with all that is needed to append to it; JSON, at most about 50 hashes whatever the size.
 * `size` counts leaves; `root` is the RFC 6962 root (base64); `frontier` holds the roots (base64) of the
 * largest complete subtrees from left to right, one for each set bit of `size`.
 */
export type LedgerHead = { readonly size: number; readonly root: string; readonly frontier: readonly string[] };

/** A stored hash of a full tile: hash `index` of tile level `level` >= 1 (C2SP tlog-tiles), over 256^level leaves. */
export type TileHash = { readonly level: number; readonly index: number; readonly hash: Uint8Array };
