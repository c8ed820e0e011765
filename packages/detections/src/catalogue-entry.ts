import { controlList, type Detection } from "./define-detection.ts";

/** A detection as the catalogue shows it (interfaces.md, `detections list`). */
export function detectionLine(detection: Detection) {
  const { id, title, severity, mitre, controls, remediation, patterns } = detection;
  const service = id.split(".")[0] ?? id;
  return { id, title, severity, service, mitre, controls: controlList(controls), remediation, patterns };
}

/** The line, and why it matters: what a finding of this detection tells its reader. */
export const catalogueEntry = (detection: Detection) => ({
  line: detectionLine(detection),
  description: detection.description,
});
