import { createHash } from "node:crypto";

/** Values drawn from a seed: the same seed gives the same values in the same order. */
export type Draws = {
  readonly bytes: (length: number) => Buffer;
  /** A number in [0, 1) with 53 random bits. */
  readonly unit: () => number;
};

/** SHA-256 in counter mode: as hard to guess as `entropy` is. */
export function drawsFrom(entropy: string): Draws {
  let counter = 0;
  const bytes = (length: number): Buffer => {
    const blocks: Buffer[] = [];
    for (let given = 0; given < length; given += 32) {
      blocks.push(createHash("sha256").update(`${entropy}\n${counter}`).digest());
      counter += 1;
    }
    return Buffer.concat(blocks).subarray(0, length);
  };
  return { bytes, unit: () => unitFrom(bytes(8)) };
}

const unitFrom = (bytes: Buffer): number => Number(bytes.readBigUInt64BE() >> 11n) / 2 ** 53;
