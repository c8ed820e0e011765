import type { Remediation } from "@ephor/domain/remediation";

/** A remediation as the catalogue shows it (`ephor remediations list`). */
export function remediationLine(remediation: Remediation) {
  const { id, title, risk, resourceTypes, irreversible, permissions } = remediation;
  const controls = controlList(remediation.controls);
  return { id, title, risk, controls, resourceTypes, reversible: irreversible === null, permissions };
}

/** `{ cis: ["5.2"] }` as findings name controls: `["cis:5.2"]`. */
export const controlList = (controls: Remediation["controls"]): readonly string[] =>
  Object.entries(controls).flatMap(([standard, ids]) => ids.map((id) => `${standard}:${id}`));
