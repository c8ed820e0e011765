import { ROLES, type Role } from "@ephor/domain/config/person";
import { DEFAULT_TENANT, type Tenant } from "@ephor/domain/tenant";

/** Who asks, as a verified token or session says it: never taken from a header or a body. */
export type Caller = {
  readonly tenant: Tenant;
  readonly role: Role;
  readonly subject: string;
  /** `people[].id` of the person who asks; null where a machine does, or nobody said who it is. */
  readonly person: string | null;
};

/** Each role may do all that the ones before it may: viewer, analyst, approver, operator, admin. */
export const mayActAs = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** Whether `caller` may make tokens and sign-in links of `tenant`: of its own, and of any as the operator, an admin of `default`. */
export const mayLetInto = (caller: Caller, tenant: Tenant): boolean =>
  mayActAs(caller.role, "admin") && (caller.tenant === tenant || caller.tenant === DEFAULT_TENANT);
