import { type AddressBlock, addressDigits, blockKey } from "./address-block.ts";
import type { Postings, TakePostings } from "./postings.ts";

type Size = { readonly digits: number; readonly bits: number; readonly blocks: Map<string, Postings> };

/** Different address blocks with postings, answering which of them hold an address: one look-up for each size of block in use. */
export class AddressTable {
  readonly #sizes: Size[] = [];

  constructor(entries: readonly { readonly block: AddressBlock; readonly postings: Postings }[]) {
    for (const { block, postings } of entries) {
      const { blocks } = this.#sizeOf(block);
      const key = blockKey(block.digits, block.bits);
      blocks.set(key, postings);
    }
  }

  offer(value: string, take: TakePostings): void {
    const digits = addressDigits(value);
    if (digits === undefined) return;
    for (const size of this.#sizes) {
      if (size.digits !== digits.length) continue;
      const postings = size.blocks.get(blockKey(digits, size.bits));
      if (postings !== undefined) take(postings);
    }
  }

  #sizeOf({ digits, bits }: AddressBlock): Size {
    const known = this.#sizes.find((size) => size.digits === digits.length && size.bits === bits);
    if (known !== undefined) return known;
    const size: Size = { digits: digits.length, bits, blocks: new Map() };
    this.#sizes.push(size);
    return size;
  }
}
