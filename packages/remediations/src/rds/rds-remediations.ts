import type { DefinedRemediation } from "../define-remediation.ts";

export const rdsRemediations: readonly DefinedRemediation[] = [];
