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
  /** Which plan of this response it is, from 1. */
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

/** What people decided on: the plan, or the way back from it. */
export const subjectOf = ({ findingId, generation, planHash, run }: Omit<ReserveRequest, "attempt">) =>
  ({ kind: run === "apply" ? "plan" : "rollback", findingId, generation, planHash }) as const;
