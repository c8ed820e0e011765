import type { DefinedRemediation } from "../define-remediation.ts";
import { deactivateAccessKey } from "./deactivate-access-key.ts";
import { passwordPolicy } from "./password-policy.ts";
import { quarantine } from "./quarantine.ts";
import { revokeRoleSessions } from "./revoke-role-sessions.ts";

export const iamRemediations: readonly DefinedRemediation[] = [
  deactivateAccessKey,
  passwordPolicy,
  quarantine,
  revokeRoleSessions,
];
