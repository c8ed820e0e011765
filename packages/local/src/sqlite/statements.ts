import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Prepares each SQL text once. */
export function prepareAll<N extends string>(
  db: DatabaseSync,
  sql: { readonly [name in N]: string },
): { readonly [name in N]: StatementSync } {
  const entries = Object.entries<string>(sql).map(([name, text]) => [name, db.prepare(text)]);
  return Object.fromEntries(entries);
}
