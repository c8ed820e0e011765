import { createHash } from "node:crypto";
import type { Blobs } from "@ephor/app/ports";
import type { JsonObject } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { Definition } from "../definition.ts";
import { type DefinitionError, parseDefinition } from "../parse/parse-definition.ts";

/** The definitions that may be started, by workflow name. */
export type WorkflowSource = {
  readonly name: string;
  readonly type: "express" | "standard";
  readonly definition: JsonObject;
};
export type Compiled = { readonly hash: string; readonly definition: Definition };

/** Compiles each definition once and keeps its text by hash, since an execution keeps the one it began with (architecture rule 6). */
export function definitionStore(blobs: Blobs) {
  const byHash = new Map<string, Definition>();
  const stored = new Set<string>();

  return {
    /** Compiles `source` and makes sure that its text outlives this version. */
    async keep(tenant: Tenant, source: JsonObject): Promise<Result<Compiled, DefinitionError>> {
      const text = JSON.stringify(source);
      const hash = createHash("sha256").update(text).digest("hex");
      const known = byHash.get(hash);
      const parsed = known === undefined ? parseDefinition(text, { type: "standard" }) : ok(known);
      if (!parsed.ok) return parsed;
      const definition = parsed.value;
      byHash.set(hash, definition);
      const place = `${tenant} ${hash}`;
      if (!stored.has(place)) await blobs.put({ tenant, id: blobId(hash), bytes: Buffer.from(text) });
      stored.add(place);
      return ok({ hash, definition });
    },

    /** The definition that an execution began with. */
    async load(tenant: Tenant, hash: string): Promise<Definition | undefined> {
      const known = byHash.get(hash);
      if (known !== undefined) return known;
      const bytes = await blobs.get({ tenant, id: blobId(hash) });
      const parsed = bytes && parseDefinition(Buffer.from(bytes).toString("utf8"), { type: "standard" });
      if (!parsed?.ok) return undefined;
      byHash.set(hash, parsed.value);
      return parsed.value;
    },
  };
}

const blobId = (hash: string): string => `definition-${hash}`;
