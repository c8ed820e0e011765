import type { DatabaseSync } from "node:sqlite";
import type { Blobs } from "@ephor/app/ports";
import { assertAccepted, checkBlob } from "@ephor/app/store-limits";
import { EphorException } from "@ephor/domain/error";
import { ok } from "@ephor/domain/result";
import type { GroupCommit } from "./group-commit.ts";
import { unavailable } from "./sqlite-error.ts";
import { prepareAll } from "./statements.ts";

const SQL = {
  put: `INSERT INTO blobs (tenant, id, bytes, expires_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (tenant, id) DO UPDATE SET bytes = excluded.bytes, expires_at = excluded.expires_at`,
  get: "SELECT bytes FROM blobs WHERE tenant = ? AND id = ? AND (expires_at IS NULL OR expires_at > ?)",
};

type Deps = { readonly file: string; readonly commits: GroupCommit; readonly nowSeconds: () => number };

export function sqliteBlobs(db: DatabaseSync, { file, commits, nowSeconds }: Deps): Blobs {
  const statements = prepareAll(db, SQL);
  return {
    async put(blob) {
      assertAccepted(checkBlob(blob));
      const { tenant, id, bytes, expiresAt } = blob;
      const done = await commits.run({
        writes: [],
        apply: () => {
          statements.put.run(tenant, id, bytes, expiresAt ?? null);
          return ok(undefined);
        },
      });
      if (!done.ok) throw new EphorException(done.error);
    },
    async get({ tenant, id }) {
      assertAccepted(checkBlob({ id }));
      try {
        const bytes = statements.get.get(tenant, id, nowSeconds())?.["bytes"];
        return bytes instanceof Uint8Array ? bytes : undefined;
      } catch (cause) {
        throw unavailable(cause, file);
      }
    },
  };
}
