import type { BadRecord, CheckedPage } from "./check-page.ts";
import { DecisionsSeen } from "./decisions-seen.ts";
import { equalBytes, HASH_BYTES } from "./hash.ts";
import { CompactRange } from "./merkle.ts";
import type { TileHash } from "./sequence.ts";
import type { ReadTile } from "./tile-proofs.ts";
import { TILE_HEIGHT, TILE_WIDTH, tileWidth } from "./tiles.ts";

/** The stored hashes of a log, as the tiles of a tree of `size` leaves. */
export type StoredTiles = { readonly size: number; readonly read: ReadTile };
type LoadedTile = { readonly index: number; readonly width: number; readonly bytes: Uint8Array };

/** Appends checked leaves to a tree, holding each hash against the stored one where there are stored tiles. */
export class LeafWalk {
  readonly range = new CompactRange();
  readonly #pages: AsyncIterator<CheckedPage> | Iterator<CheckedPage>;
  readonly #tiles: StoredTiles | undefined;
  /** The newest tile of each level; a walk comes back to no older one. */
  readonly #loaded = new Map<number, LoadedTile>();
  #page: CheckedPage = { from: 0, ids: [], hashes: [], decisions: [] };
  #decisionsBefore = 0;
  readonly #seen = new DecisionsSeen();

  constructor(pages: AsyncIterable<CheckedPage> | Iterable<CheckedPage>, tiles: StoredTiles | undefined) {
    this.#pages = Symbol.asyncIterator in pages ? pages[Symbol.asyncIterator]() : pages[Symbol.iterator]();
    this.#tiles = tiles;
  }

  /** How many of the leaves so far say what a person decided. */
  get decisions(): number {
    return this.#decisionsBefore + this.#page.decisions.filter(({ seq }) => seq < this.range.size).length;
  }

  /** Goes on to `size` leaves, or to the last one where `size` is infinite; stops at the first bad one. */
  async advance(size: number): Promise<BadRecord | undefined> {
    while (this.range.size < size) {
      const at = this.range.size;
      const pageEnd = this.#page.from + this.#page.hashes.length;
      const blockEnd = (Math.floor(at / TILE_WIDTH) + 1) * TILE_WIDTH;
      const bad = at < pageEnd ? await this.#append(Math.min(size, pageEnd, blockEnd)) : this.#page.bad;
      if (bad !== undefined) return bad;
      if (at < pageEnd || (await this.#turnPage())) continue;
      return size === Number.POSITIVE_INFINITY ? undefined : truncated({ seq: at, size });
    }
    return undefined;
  }

  async #turnPage(): Promise<boolean> {
    const step = await this.#pages.next();
    if (step.done) return false;
    if (step.value.from !== this.range.size) throw new Error("pages follow each other without gap or overlap");
    this.#decisionsBefore = this.decisions;
    this.#page = this.#seen.upToRepeat(step.value);
    return true;
  }

  /** Appends the leaves up to `end`, which are of one page and one tile. */
  async #append(end: number): Promise<BadRecord | undefined> {
    const { from, ids, hashes } = this.#page;
    const stored = await this.#tile(0, Math.floor(this.range.size / TILE_WIDTH));
    const complete: TileHash[] = [];
    for (const hash of hashes.slice(this.range.size - from, end - from)) {
      const seq = this.range.size;
      if (stored && !holds(stored, seq, hash)) return changed({ seq, id: ids[seq - from] });
      this.range.append(hash, ({ height, index, hash: root }) => {
        if (height % TILE_HEIGHT === 0) complete.push({ level: height / TILE_HEIGHT, index, hash: root });
      });
    }
    return this.#compare(complete);
  }

  async #compare(complete: readonly TileHash[]): Promise<BadRecord | undefined> {
    for (const { level, index, hash } of complete) {
      const stored = await this.#tile(level, Math.floor(index / TILE_WIDTH));
      if (stored && !holds(stored, index, hash)) return unfounded({ level, index });
    }
    return undefined;
  }

  async #tile(level: number, index: number): Promise<LoadedTile | undefined> {
    const loaded = this.#loaded.get(level);
    if (loaded?.index === index || this.#tiles === undefined) return loaded;
    const width = tileWidth({ level, index, size: this.#tiles.size });
    const bytes = width > 0 ? await this.#tiles.read({ kind: "hashes", level, index, width }) : new Uint8Array();
    const tile = { index, width, bytes };
    this.#loaded.set(level, tile);
    return tile;
  }
}

/** Whether a tile has `hash` at `index` of its level, or ends before it. A tile cut short holds nothing. */
function holds({ width, bytes }: LoadedTile, index: number, hash: Uint8Array): boolean {
  const at = index % TILE_WIDTH;
  return at >= width || equalBytes(bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES), hash);
}

const truncated = ({ seq, size }: { seq: number; size: number }): BadRecord => ({
  seq,
  lastSeq: size - 1,
  kind: "missing",
  message: `the log was signed with ${size} records and ends after ${seq}`,
});

const changed = ({ seq, id }: { seq: number; id: string | undefined }): BadRecord => ({
  seq,
  ...(id === undefined ? {} : { id }),
  kind: "leaf",
  message: "the tree holds another record at this place",
});

const unfounded = ({ level, index }: { level: number; index: number }): BadRecord => ({
  seq: index * TILE_WIDTH ** level,
  lastSeq: (index + 1) * TILE_WIDTH ** level - 1,
  kind: "tree",
  message: `hash ${index} of tile level ${level} does not follow from the records below it`,
});
