import type { Detection } from "./define-detection.ts";

/** Why a finding matters, in the catalogue's words; null where it does not know the detection. A pass-through's finding names `<detection>:<type>` (findings.md). */
export function whyIn(detections: readonly Detection[]): (found: string) => string | null {
  const byId = new Map(detections.map(({ id, description }) => [id, description]));
  return (found) => byId.get(found.split(":")[0] ?? "") ?? null;
}
