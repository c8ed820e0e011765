import { type Config, tenantOfAccount } from "@ephor/domain/config/config";
import { DEFAULT_TENANT, isTenant, type Tenant } from "@ephor/domain/tenant";

/** The tenant that owns an account; `default` where the configuration names none (ledger.md, "Tenants"). */
export function tenantOf(config: Pick<Config, "accounts">, account: string): Tenant {
  const name = tenantOfAccount(config, account);
  return isTenant(name) ? name : DEFAULT_TENANT;
}

/** Every tenant that the configuration knows, `default` first. */
export function tenantsOf(config: Pick<Config, "accounts">): readonly Tenant[] {
  const named = Object.keys(config.accounts).map((account) => tenantOf(config, account));
  return [...new Set([DEFAULT_TENANT, ...named])];
}
