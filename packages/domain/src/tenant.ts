import { ephorError } from "./error.ts";
import { err, ok, type Result } from "./result.ts";

/** The unit of isolation (ledger.md, "Tenants"): `[a-z0-9][a-z0-9-]{0,62}`, so no key separator can occur in one. */
export type Tenant = string & { readonly __brand: "tenant" };

const TENANT = /^[a-z0-9][a-z0-9-]{0,62}$/;
const ACCOUNT = /^\d{12}$/;

export const isTenant = (text: string): text is Tenant => TENANT.test(text);
export const isAccount = (text: string): boolean => ACCOUNT.test(text);

export function parseTenant(text: string): Result<Tenant> {
  if (isTenant(text)) return ok(text);
  return err(
    ephorError("input.invalid", `a tenant matches ${TENANT.source}, got ${JSON.stringify(text.slice(0, 80))}`),
  );
}

function assertTenant(text: string): Tenant {
  if (!isTenant(text)) throw new Error(`not a tenant: ${text}`);
  return text;
}

/** The owner of every account that the configuration does not name. */
export const DEFAULT_TENANT: Tenant = assertTenant("default");
