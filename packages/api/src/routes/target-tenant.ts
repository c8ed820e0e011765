import { type Caller, mayLetInto } from "@ephor/app/caller";
import { ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { type ApiError, refuse } from "../api-error.ts";

/** Which tenant a new token or link is for: the caller's own, unless one was asked for that the caller may let into. */
export function targetTenant(caller: Caller, asked: Tenant | undefined): Result<Tenant, ApiError> {
  const tenant = asked ?? caller.tenant;
  if (mayLetInto(caller, tenant)) return ok(tenant);
  return refuse("auth.forbidden", `expected no tenant but ${caller.tenant}: only an admin of default names another`);
}
