/** Severities with their OCSF `severity_id` (OCSF 1.x, Detection Finding). Higher is worse. */
export const SEVERITY_IDS = { informational: 1, low: 2, medium: 3, high: 4, critical: 5 } as const;

export type Severity = keyof typeof SEVERITY_IDS;

export const SEVERITIES: readonly Severity[] = ["informational", "low", "medium", "high", "critical"];

export const isSeverity = (text: string): text is Severity => Object.hasOwn(SEVERITY_IDS, text);

export const worseSeverity = (a: Severity, b: Severity): Severity => (SEVERITY_IDS[a] >= SEVERITY_IDS[b] ? a : b);
