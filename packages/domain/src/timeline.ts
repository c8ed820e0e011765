import type { FindingId } from "./ids.ts";
import { digestOf } from "./ids.ts";
import type { Timestamp } from "./time.ts";

/** Everything that can stand on a finding's timeline. */
export type TimelineKind =
  | "finding.opened"
  | "finding.seen"
  | "finding.reopened"
  | "finding.transitioned"
  | "response.requested"
  | "response.planned"
  | "response.waits"
  | "response.reserved"
  | "response.applied"
  | "response.verified"
  | "response.rolled-back"
  | "response.ended"
  | "approval.opened"
  | "approval.decided"
  | "approval.ended"
  | "exception.used"
  | "notice.sent"
  | "notice.failed";

/**
 * One line of a finding's story. `at` is when Ephor did it (not event time); `by` the task, person or rule;
 * `key` derives from what caused it, so that a repeat is the same entry.
 */
export type TimelineEntry = {
  readonly key: string;
  readonly at: Timestamp;
  readonly kind: TimelineKind;
  readonly by: string;
  readonly text: string;
  readonly correlationId?: string;
  readonly executionId?: string;
};

export function timelineEntry(
  finding: FindingId,
  entry: Omit<TimelineEntry, "key"> & { readonly cause: string },
): TimelineEntry {
  const { cause, ...told } = entry;
  return { ...told, key: digestOf([finding, entry.kind, cause]) };
}
