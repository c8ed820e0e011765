import type { DatabaseSync } from "node:sqlite";
import type { Store } from "@ephor/app/ports";
import { assertAccepted, checkIncrement, checkKey, checkQuery, checkWrites } from "@ephor/app/store-limits";
import { EphorException } from "@ephor/domain/error";
import { writesApplier } from "./apply-writes.ts";
import type { GroupCommit } from "./group-commit.ts";
import { ITEM_COLUMNS, itemOf, keyValues } from "./item-rows.ts";
import { itemsQuery } from "./query-items.ts";
import type { Sequencer } from "./sequencer.ts";
import { unavailable } from "./sqlite-error.ts";

const GET = `SELECT ${ITEM_COLUMNS} FROM items WHERE pk = ? AND sk = ? AND (expires_at IS NULL OR expires_at > ?)`;

type Deps = {
  readonly file: string;
  readonly commits: GroupCommit;
  readonly sequencer: Sequencer;
  readonly nowSeconds: () => number;
};

/** The store port over `db`. Reads see what is committed; writes go through the group commit. */
export function sqliteItems(db: DatabaseSync, { file, commits, sequencer, nowSeconds }: Deps): Store {
  const getStatement = db.prepare(GET);
  const applier = writesApplier(db, sequencer);
  const queryItems = itemsQuery(db);

  async function reading<T>(read: () => T): Promise<T> {
    try {
      return read();
    } catch (cause) {
      throw unavailable(cause, file);
    }
  }

  return {
    get: (key) =>
      reading(() => {
        assertAccepted(checkKey(key));
        const row = getStatement.get(...keyValues(key), nowSeconds());
        return row && itemOf(row, key.tenant);
      }),
    query: (query) =>
      reading(() => {
        assertAccepted(checkQuery(query));
        return queryItems(query, nowSeconds());
      }),
    transact(writes, { lazily = false } = {}) {
      const texts = checkWrites(writes);
      if (!texts.ok) return Promise.resolve(texts);
      const apply = (now: number) => applier.apply(writes, { texts: texts.value, nowSeconds: now });
      return commits.run({ writes, lazily, apply });
    },
    async increment(change) {
      assertAccepted(checkIncrement(change));
      const done = await commits.run({
        writes: [{ kind: "increment", ...change }],
        apply: (now) => applier.increment(change, now),
      });
      if (!done.ok) throw new EphorException(done.error);
      return done.value;
    },
  };
}
