import { type EphorError, ephorError } from "../error.ts";
import { err, ok, type Result } from "../result.ts";

/** Hashes, or entries, in a full tile (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
/** Binary levels of the tree from one tile level to the next. */
export const TILE_HEIGHT = 8;

/** `width` hashes of level `level`, the first of them the `index * 256`-th: roots over 256^level leaves each. */
export type HashTile = {
  readonly kind: "hashes";
  readonly level: number;
  readonly index: number;
  readonly width: number;
};
/** `width` leaves, the first of them the `index * 256`-th. */
export type EntryTile = { readonly kind: "entries"; readonly index: number; readonly width: number };
export type Tile = HashTile | EntryTile;

/** `tile/<level>/<index>` or `tile/entries/<index>`, with `.p/<width>` where partial. */
export function tilePath(tile: Tile): string {
  const level = tile.kind === "hashes" ? String(tile.level) : "entries";
  const digits = String(tile.index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/g) ?? [];
  const index = groups.map((group, i) => (i === groups.length - 1 ? group : `x${group}`)).join("/");
  return `tile/${level}/${index}${tile.width === TILE_WIDTH ? "" : `.p/${tile.width}`}`;
}

const TILE_PATH = /^tile\/(\d{1,2}|entries)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/;

/** The tile that a path names, if it is written exactly as C2SP tlog-tiles has it. Error: `ledger.not-found`. */
export function parseTilePath(path: string): Result<Tile, EphorError<"ledger.not-found">> {
  const [, level, groups, partial] = TILE_PATH.exec(path) ?? [];
  const index = Number(groups?.replaceAll(/[x/]/g, ""));
  const width = Number(partial ?? TILE_WIDTH);
  const tile: Tile =
    level === "entries" ? { kind: "entries", index, width } : { kind: "hashes", level: Number(level), index, width };
  const isTile = Number.isSafeInteger(index) && width >= 1 && width <= TILE_WIDTH && tilePath(tile) === path;
  if (isTile && (tile.kind === "entries" || tile.level <= 63)) return ok(tile);
  return err(
    ephorError("ledger.not-found", "no such tile: expected tile/<level>/<index>[.p/<width>] of C2SP tlog-tiles"),
  );
}

/** The stored hashes that a tile is made of: leaf hashes by `seq` for level 0, rows of `sequence` for those above. */
export const rowsOfTile = ({ level, index, width }: HashTile): { level: number; from: number; count: number } => ({
  level,
  from: index * TILE_WIDTH,
  count: width,
});

/** How many hashes tile `index` of `level` has in a tree of `size` leaves; 0 when there is no such tile. */
export function tileWidth({ level, index, size }: { level: number; index: number; size: number }): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  return Math.min(TILE_WIDTH, Math.max(0, hashes - index * TILE_WIDTH));
}

/** Whether a tree of `size` leaves has the tile: the whole of it, or the left part of one that has grown since. */
export function hasTile(tile: Tile, size: number): boolean {
  const level = tile.kind === "hashes" ? tile.level : 0;
  return tile.width <= tileWidth({ level, index: tile.index, size });
}

/** Every tile of a tree of `size` leaves: entries and hashes of level 0, then the levels above. */
export function* tilesOf(size: number): Generator<Tile> {
  for (let level = 0; TILE_WIDTH ** level <= size; level++) {
    for (let index = 0; ; index++) {
      const width = tileWidth({ level, index, size });
      if (width === 0) break;
      if (level === 0) yield { kind: "entries", index, width };
      yield { kind: "hashes", level, index, width };
    }
  }
}
