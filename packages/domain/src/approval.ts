import type { Resource } from "./finding.ts";
import type { ApprovalId, ExceptionId, FindingId } from "./ids.ts";
import type { Risk } from "./remediation.ts";
import type { Tenant } from "./tenant.ts";
import type { Timestamp } from "./time.ts";

export const APPROVAL_STATES = ["pending", "approved", "rejected", "expired", "cancelled", "executed"] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** What is decided on. Its parts are the approval's identity: the same subject is one approval. */
export type ApprovalSubject =
  | { readonly kind: "plan"; readonly findingId: FindingId; readonly generation: number; readonly planHash: string }
  /**
   * The way back from an applied plan: `planHash` is that of the plan whose change is undone. `attempt`, 1 where it is
   * absent: once it came to nothing, the same way back can be asked for again, as another approval.
   */
  | {
      readonly kind: "rollback";
      readonly findingId: FindingId;
      readonly generation: number;
      readonly planHash: string;
      readonly attempt?: number;
    }
  | { readonly kind: "exception"; readonly exceptionId: ExceptionId }
  /** What was applied by break-glass is looked at afterwards. */
  | { readonly kind: "review"; readonly findingId: FindingId; readonly generation: number; readonly planHash: string };

export type DecisionWord = "approve" | "reject";
export type DecidedVia = "link" | "slack" | "api";
export type Decision = {
  /** `people[].id`. */
  readonly person: string;
  readonly decision: DecisionWord;
  readonly reason: string;
  readonly at: Timestamp;
  readonly via: DecidedVia;
};

export const ESCALATIONS = ["critical", "auth", "database", "error-rate", "timeout"] as const;
export type EscalationKind = (typeof ESCALATIONS)[number];
/** approvals.md, "Escalation": a reminder after so many minutes, so many times; then the fallback group, then expiry. */
export const ESCALATION_LADDERS: Readonly<Record<EscalationKind, { minutes: number; times: number }>> = {
  critical: { minutes: 15, times: 3 },
  auth: { minutes: 30, times: 2 },
  database: { minutes: 20, times: 3 },
  "error-rate": { minutes: 45, times: 2 },
  timeout: { minutes: 60, times: 1 },
};

/** How an approval is to be decided, settled when it opens and never changed after. */
export type ApprovalTerms = {
  readonly risk: Risk;
  /** Each must give at least one of the approvals; a person counts for one group only. */
  readonly groups: readonly string[];
  /** Distinct people, at least 1 and never fewer than `groups`. */
  readonly approvalsNeeded: number;
  readonly rejectionsNeeded: number;
  readonly expiresHours: number;
  readonly escalation: EscalationKind | null;
  /** Who is asked as well once the ladder is at its end. */
  readonly fallbackGroup: string | null;
  readonly channels: readonly string[];
  /** Why more is asked for than the rule says, in words. */
  readonly because: readonly string[];
};

/** A task for people (approvals.md). `executed`: what was approved has been carried out. */
export type Approval = {
  readonly id: ApprovalId;
  readonly tenant: Tenant;
  readonly subject: ApprovalSubject;
  readonly terms: ApprovalTerms;
  /** What a person reads first. */
  readonly title: string;
  readonly account: string | null;
  readonly region: string | null;
  readonly resource: Resource | null;
  /** A person's id, or what asked: `policy 3`. */
  readonly requester: string;
  /** People who may not decide: the requester, and who caused the finding. */
  readonly excluded: readonly string[];
  readonly state: ApprovalState;
  readonly openedAt: Timestamp;
  readonly expiresAt: Timestamp;
  readonly endedAt: Timestamp | null;
  readonly decisions: readonly Decision[];
  /** Reminders sent; above the ladder's `times` the fallback group has been asked. */
  readonly reminders: number;
  /** Of the execution that waits. It never leaves the store. */
  readonly token: string | null;
  readonly correlationId: string;
};
