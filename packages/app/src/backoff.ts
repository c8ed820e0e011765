import type { Random } from "./ports.ts";

/** Retries with full jitter: before try n+1 a delay drawn evenly from 0 to min(max, first * factor^(n-1)). */
export type Backoff = {
  readonly retries: number;
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
};

/** ingest.md: "Retry 3, 100 ms to 30 s, factor 2, full jitter". */
export const DELIVERY: Backoff = { retries: 3, firstMs: 100, factor: 2, maxMs: 30_000 };
/** Effects wait out an outage of what they reach: about three hours in all before they become dead letters. */
export const EFFECT: Backoff = { retries: 40, firstMs: 500, factor: 2, maxMs: 300_000 };

const UINT32 = 2 ** 32;

/** Milliseconds to wait after `attempts` failures (at least 1), or undefined when no retry is left. */
export function delayMs(
  backoff: Backoff,
  { attempts, random }: { attempts: number; random: Random },
): number | undefined {
  if (attempts > backoff.retries) return undefined;
  const ceiling = Math.min(backoff.maxMs, backoff.firstMs * backoff.factor ** (attempts - 1));
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  return Math.max(1, Math.floor(((((a * 256 + b) * 256 + c) * 256 + d) / UINT32) * ceiling));
}
