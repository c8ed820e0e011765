import type { FindingStatus } from "./finding.ts";

/** Why a status may change. `sighting`: an event later than `resolvedAt`; `person`: a person's own decision. */
export type TransitionCause = "sighting" | "response" | "exception" | "person";

/**
 * Every allowed change of status and what may cause it (findings.md, "Status").
 * What is not here is refused. Terminal for the open index: resolved, excepted.
 */
export const TRANSITIONS: Readonly<Record<FindingStatus, Partial<Record<FindingStatus, readonly TransitionCause[]>>>> =
  {
    open: {
      "awaiting-approval": ["response"],
      remediating: ["response"],
      resolved: ["response", "person"],
      failed: ["response"],
      excepted: ["exception"],
    },
    "awaiting-approval": {
      open: ["response"],
      remediating: ["response"],
      resolved: ["response", "person"],
      failed: ["response"],
      excepted: ["exception"],
    },
    remediating: {
      open: ["response"],
      // What it was about to apply no longer holds: a new plan waits for people.
      "awaiting-approval": ["response"],
      resolved: ["response"],
      failed: ["response"],
    },
    resolved: { reopened: ["sighting", "exception", "person"] },
    failed: { reopened: ["person"], resolved: ["response", "person"], excepted: ["exception"] },
    excepted: { reopened: ["exception", "person"], resolved: ["person"] },
    reopened: {
      "awaiting-approval": ["response"],
      remediating: ["response"],
      resolved: ["response", "person"],
      failed: ["response"],
      excepted: ["exception"],
    },
  };

export function mayTransition(change: { from: FindingStatus; to: FindingStatus; cause: TransitionCause }): boolean {
  return TRANSITIONS[change.from][change.to]?.includes(change.cause) ?? false;
}

/** Findings that still ask for something; the sparse `byOpen` index holds just these. */
export const isOpen = (status: FindingStatus): boolean => status !== "resolved" && status !== "excepted";
