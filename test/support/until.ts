import { setTimeout as pause } from "node:timers/promises";

const LOOK_AGAIN_MS = 15;

/** Looks until there is something to see. Throws after `seconds` with what was waited for and what `state` tells. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { seconds = 20, state = () => "" }: { seconds?: number; state?: () => string } = {},
): Promise<T> {
  const endMs = performance.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > endMs) throw new Error(`waited ${seconds} s for ${what}. ${state()}`);
    await pause(LOOK_AGAIN_MS);
  }
}
