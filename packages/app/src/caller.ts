import { ROLES, type Role } from "@ephor/domain/config/person";
import type { Tenant } from "@ephor/domain/tenant";

/** Who asks, as a verified token or session says it: never taken from a header or a body. */
export type Caller = { readonly tenant: Tenant; readonly role: Role; readonly subject: string };

/** Each role may do all that the ones before it may: viewer, analyst, approver, operator, admin. */
export const mayActAs = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);
