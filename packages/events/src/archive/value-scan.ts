import { COLON, classAt, endOfString, LIST_OPEN, nextMark, OPEN, QUOTE, skipSpace } from "./bytes.ts";
import { decodeJson } from "./decode.ts";

/** Lists under these names are wrappers: their items are the records, the rest of the object is passed over. */
const WRAPPERS = new Set(["Records", "Findings"]);
const WRAPPER_KEY_BYTES_MAX = 64;
/** A key with the space behind it. */
const KEY_KEPT_BYTES_MAX = 4096;

/** Reads over one JSON value by its quotes and brackets, in as many pieces as its bytes come in. */
export class ValueScan {
  /** Lists and objects that are open. */
  #depth: number;
  #inString = false;
  #deepest = 0;
  /** Places of the last text right inside the value, which may be a key; they move with the bytes. */
  #keyStart = -1;
  #keyEnd = -1;
  #opensWrapper = false;
  readonly #watches: boolean;

  /** `watches`: stop at a list of records. `depth` 1: begin behind such a list, inside its object. */
  constructor({ watches, depth = 0 }: { readonly watches: boolean; readonly depth?: 0 | 1 }) {
    this.#watches = watches;
    this.#depth = depth;
  }

  get isDone(): boolean {
    return this.#depth === 0 && !this.#inString;
  }
  get deepest(): number {
    return this.#deepest;
  }
  /** The last byte read opens a list of records. */
  get opensWrapper(): boolean {
    return this.#opensWrapper;
  }

  /** The bytes up to `end` that are still needed to tell a list of records: the key that its bracket would follow. */
  keptFrom(end: number): number {
    const isKey = this.#depth === 1 && this.#keyStart >= 0 && end - this.#keyStart <= KEY_KEPT_BYTES_MAX;
    return isKey ? this.#keyStart : end;
  }

  /** The first `bytes` are gone. */
  shift(bytes: number): void {
    this.#keyStart -= bytes;
    this.#keyEnd -= bytes;
  }

  /**
   * Reads on at `from`, until the value ends, a list of records opens, or the bytes end. Gives the place behind what it
   * has read, which is one behind the end where that is half an escape.
   */
  read(bytes: Buffer, from: number): number {
    let at = this.#inString ? this.#readString(bytes, from) : this.#readMark(bytes, nextMark(bytes, from));
    while (at < bytes.length && this.#goesOn()) at = this.#readMark(bytes, nextMark(bytes, at));
    return at;
  }

  #goesOn(): boolean {
    return this.#depth > 0 && !this.#opensWrapper;
  }

  #readMark(bytes: Buffer, at: number): number {
    const kind = classAt(bytes, at);
    if (kind === QUOTE) {
      if (this.#depth === 1) this.#keyStart = at;
      return this.#readString(bytes, at + 1);
    }
    if (at >= bytes.length) return at;
    if (kind === OPEN) this.#open(bytes, at);
    else this.#depth--;
    return at + 1;
  }

  #readString(bytes: Buffer, from: number): number {
    const end = endOfString(bytes, from);
    this.#inString = end < 0;
    const at = this.#inString ? ~end : end;
    if (this.#depth === 1) this.#keyEnd = at;
    return at;
  }

  #open(bytes: Buffer, at: number): void {
    this.#depth++;
    if (this.#depth > this.#deepest) this.#deepest = this.#depth;
    if (this.#depth === 2 && this.#watches)
      this.#opensWrapper = bytes[at] === LIST_OPEN && this.#isWrapperAt(bytes, at);
  }

  /** Whether the last key is that of the value at `at`, and names a wrapper, also where its letters are escaped. */
  #isWrapperAt(bytes: Buffer, at: number): boolean {
    if (this.#keyStart < 0 || this.#keyEnd - this.#keyStart > WRAPPER_KEY_BYTES_MAX) return false;
    const colon = skipSpace(bytes, this.#keyEnd);
    if (bytes[colon] !== COLON || skipSpace(bytes, colon + 1) !== at) return false;
    const key = decodeJson(bytes.subarray(this.#keyStart, this.#keyEnd));
    return key.kind === "item" && typeof key.value === "string" && WRAPPERS.has(key.value);
  }
}
