import type { DefinedRemediation } from "../define-remediation.ts";

export const iamRemediations: readonly DefinedRemediation[] = [];
