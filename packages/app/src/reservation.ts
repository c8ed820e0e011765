import type { ApprovalSubject } from "@ephor/domain/approval";
import { digestOf } from "@ephor/domain/ids";
import type { Timestamp } from "@ephor/domain/time";
import type { SwitchRead } from "./applying-switch.ts";
import type { StoredApproval } from "./approval-items.ts";
import type { Budgets } from "./change-budget.ts";
import type { StoredPlan } from "./items.ts";
import type { LeaseRead } from "./resource-lease.ts";
import type { PlanRef, StoredFinding, StoredResponse } from "./response-items.ts";

export type ReserveRequest = PlanRef & {
  /** Applies a plan, or takes its change back. */
  readonly run: "apply" | "undo";
  /** Which plan of this response it is, or which time the way back is asked for; from 1. */
  readonly attempt: number;
};

/** Everything that a reservation rests on, as read in one go; the transaction holds to it. */
export type Grounds = {
  readonly found: StoredFinding;
  readonly stored: StoredResponse;
  readonly plan: StoredPlan;
  readonly approval: StoredApproval | undefined;
  readonly stop: SwitchRead;
  readonly lease: LeaseRead;
  readonly budgets: Budgets;
  readonly now: Timestamp;
};

/** A change is counted once for the plan of one life of a finding. */
export const budgetKeyOf = ({ findingId, generation, planHash, run }: Omit<ReserveRequest, "attempt">): string =>
  digestOf([findingId, String(generation), planHash, run]);

type Decided = Omit<ReserveRequest, "attempt"> & { readonly attempt?: number };

/** What people decided on: the plan, or the way back from it, the first time it was asked for unless told. */
export const subjectOf = ({ findingId, generation, planHash, run, attempt = 1 }: Decided): ApprovalSubject =>
  run === "apply"
    ? { kind: "plan", findingId, generation, planHash }
    : { kind: "rollback", findingId, generation, planHash, attempt };
