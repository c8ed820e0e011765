import type { DatabaseSync } from "node:sqlite";
import { isTenant, type Tenant } from "@ephor/domain/tenant";

/** Each step takes the next larger key from the index, so that a million waiting rows of one tenant cost as much as one. */
const TENANTS = `WITH RECURSIVE due(key) AS (
    SELECT min(due_pk) FROM items WHERE due_pk IS NOT NULL
    UNION ALL
    SELECT (SELECT min(due_pk) FROM items WHERE due_pk > key) FROM due WHERE key IS NOT NULL
  )
  SELECT substr(key, 1, instr(key, '#') - 1) AS tenant FROM due WHERE key IS NOT NULL
  UNION
  SELECT tenant FROM ledger_heads`;

/**
 * Every tenant that has a ledger or work waiting here, whatever the configuration says of it today: an account that changed
 * hands leaves events and executions behind, which have to end all the same.
 */
export function storedTenants(db: DatabaseSync): () => readonly Tenant[] {
  const statement = db.prepare(TENANTS);
  return () =>
    statement
      .all()
      .map(({ tenant }) => String(tenant))
      .filter(isTenant);
}
