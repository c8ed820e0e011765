import { addSighting, type Finding, type FindingDraft, firstFacts, type Sighting } from "./finding.ts";
import type { Tenant } from "./tenant.ts";

/** What one more event identity does to a finding. */
export type Seen = { readonly finding: Finding; readonly change: "opened" | "seen" | "reopened" };

/**
 * The finding after `sighting`, which the caller guarantees is not yet a member.
 * Facts follow from the set of sightings alone; an event later than `resolvedAt` reopens a resolved finding
 * and raises its generation (findings.md, "Findings").
 */
export function seeFinding(
  known: Finding | undefined,
  seen: { tenant: Tenant; draft: FindingDraft; sighting: Sighting },
): Seen {
  if (known === undefined) {
    const finding: Finding = { ...firstFacts(seen.tenant, seen), status: "open", generation: 1, resolvedAt: null };
    return { finding, change: "opened" };
  }
  const finding = addSighting(known, seen);
  const isLater = known.resolvedAt !== null && seen.sighting.time > known.resolvedAt;
  if (known.status !== "resolved" || !isLater) return { finding, change: "seen" };
  return { finding: reopen(finding), change: "reopened" };
}

/** A new life of the finding: open again, one generation on. */
export const reopen = (finding: Finding): Finding => ({
  ...finding,
  status: "reopened",
  generation: finding.generation + 1,
  resolvedAt: null,
});
