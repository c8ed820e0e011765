import { randomBytes } from "node:crypto";
import type { Random } from "@ephor/app/ports";

const POOL_BYTES = 16 * 1024;

/** The system's randomness, drawn by the block: salts, ids and seeds take a few bytes at a time, thousands of times a second. */
export function pooledRandom(): Random {
  let pool: Uint8Array = new Uint8Array(0);
  let at = 0;
  return {
    bytes(count) {
      if (count > POOL_BYTES) return randomBytes(count);
      if (at + count > pool.length) {
        pool = randomBytes(POOL_BYTES);
        at = 0;
      }
      at += count;
      // A part that was given out is never given again; the pool stays as long as one of its parts is held.
      return pool.subarray(at - count, at);
    },
  };
}
