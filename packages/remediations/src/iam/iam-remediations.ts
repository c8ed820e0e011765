import type { DefinedRemediation } from "../define-remediation.ts";
import { deactivateAccessKey } from "./deactivate-access-key.ts";
import { detachAdminPolicy } from "./detach-admin-policy.ts";
import { disableUnusedCredentials } from "./disable-unused-credentials.ts";
import { passwordPolicy } from "./password-policy.ts";
import { quarantine } from "./quarantine.ts";
import { revokeRoleSessions } from "./revoke-role-sessions.ts";

export const iamRemediations: readonly DefinedRemediation[] = [
  deactivateAccessKey,
  detachAdminPolicy,
  disableUnusedCredentials,
  passwordPolicy,
  quarantine,
  revokeRoleSessions,
];
