import type { Tenant } from "@ephor/domain/tenant";
import type { IndexName, Item, Position, Store } from "./ports.ts";

type Range = {
  readonly tenant: Tenant;
  readonly index: IndexName;
  readonly pks: readonly string[];
  readonly from?: string;
  readonly to?: string;
  /** Only items whose sort key is below this one. */
  readonly below?: string;
  readonly chunk: number;
};
type Stream = { readonly pk: string; items: readonly Item[]; at: number; after: Position | undefined; isDone: boolean };

/** The items of several partitions of one index as one list, highest sort key first, read in chunks as they are asked for. */
export async function* newestFirst(store: Store, range: Range): AsyncGenerator<{ item: Item; sk: string }> {
  const streams = range.pks.map((pk): Stream => ({ pk, items: [], at: 0, after: undefined, isDone: false }));
  for (;;) {
    await Promise.all(streams.map((stream) => refill(store, { stream, range })));
    const next = highest(streams, range.index);
    if (next === undefined) return;
    next.stream.at += 1;
    if (range.below === undefined || next.sk < range.below) yield { item: next.item, sk: next.sk };
  }
}

async function refill(store: Store, { stream, range }: { stream: Stream; range: Range }): Promise<void> {
  while (stream.at >= stream.items.length && !stream.isDone) {
    const { tenant, index, from, chunk } = range;
    const to = range.below ?? range.to;
    const page = await store.query({
      ...{ tenant, index, pk: stream.pk, limit: chunk, descending: true },
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(stream.after === undefined ? {} : { after: stream.after }),
    });
    stream.items = page.items;
    stream.at = 0;
    stream.after = page.next;
    stream.isDone = page.next === undefined;
  }
}

function highest(streams: readonly Stream[], index: IndexName) {
  let best: { stream: Stream; item: Item; sk: string } | undefined;
  for (const stream of streams) {
    const item = stream.items[stream.at];
    const sk = item?.indexes?.[index]?.sk;
    if (item === undefined || sk === undefined) continue;
    if (best === undefined || sk > best.sk) best = { stream, item, sk };
  }
  return best;
}
