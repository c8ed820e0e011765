import type { DefinedRemediation } from "../define-remediation.ts";
import { deactivateAccessKey } from "./deactivate-access-key.ts";

export const iamRemediations: readonly DefinedRemediation[] = [deactivateAccessKey];
