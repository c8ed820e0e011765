import type { Item, Query, Store } from "./ports.ts";

/** Every item of a key range, page by page; `limit` is the size of a page. */
export async function* queryAll(store: Store, query: Omit<Query, "after">): AsyncGenerator<Item> {
  let page = await store.query(query);
  for (;;) {
    yield* page.items;
    if (page.next === undefined) return;
    page = await store.query({ ...query, after: page.next });
  }
}
