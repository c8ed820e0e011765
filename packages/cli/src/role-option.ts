import { ROLES, type Role } from "@ephor/domain/config/person";

export const isRole = (word: string): word is Role => ROLES.some((role) => role === word);
export const ROLES_EXPECTED = `one of ${ROLES.join(", ")}`;
