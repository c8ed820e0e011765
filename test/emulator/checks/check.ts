import type { Envelope } from "@ephor/events/envelope";
import type { Random } from "../../fuzz/random.ts";
import type { System } from "../system.ts";

/** What checks share: the system, chance that repeats, and every event that was handed in so far. */
export type World = {
  readonly system: System;
  readonly random: Random;
  readonly sent: Envelope[];
  /** Figures for the last lines, by name. */
  readonly figures: Map<string, number>;
};

/** One guarantee. Gives what it saw, in a few words; throws where it does not hold, `Skipped` where it cannot look. */
export type Check = { readonly name: string; readonly run: (world: World) => Promise<string> };

/** What a check needs is not here; its message says what. */
export class Skipped extends Error {}

export const count = ({ figures }: Pick<World, "figures">, name: string, by = 1): void => {
  figures.set(name, (figures.get(name) ?? 0) + by);
};

/** Throws what was expected where it is not so. */
export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** The value of an answer of the API. Throws what it refused with. */
export function answerOf<T>(
  answer: { ok: true; value: T } | { ok: false; error: { code: string; message: string } },
): T {
  if (answer.ok) return answer.value;
  throw new Error(`the API answers ${answer.error.code}: ${answer.error.message}`);
}

/** Every item of a list of the API, page by page. */
export async function everyItem<T>(
  list: (query: {
    limit: number;
    cursor?: string;
  }) => Promise<
    | { ok: true; value: { readonly items: readonly T[]; readonly cursor?: string | null } }
    | { ok: false; error: { code: string; message: string } }
  >,
): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  do {
    const page = answerOf(await list({ limit: 100, ...(cursor ? { cursor } : {}) }));
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor);
  return items;
}
