import type { Approval, ApprovalState } from "@ephor/domain/approval";
import { type ApprovalRefused, moveApproval } from "@ephor/domain/approval-decision";
import { ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import type { ApprovalDeps, ApprovalView } from "./approval-items.ts";
import { viewOf } from "./approval-items.ts";
import { approvalRecord, endWrites, timelineWrites } from "./approval-told.ts";
import { type ApprovalChange, type ChangeError, changeApproval } from "./change-approval.ts";
import type { Random } from "./ports.ts";

type End = {
  readonly to: Exclude<ApprovalState, "pending" | "approved" | "rejected">;
  readonly by: string;
  readonly reason: string;
  readonly now: Timestamp;
  readonly correlationId: string;
};
const TOLD: Readonly<Record<End["to"], string>> = {
  cancelled: "The approval is cancelled",
  expired: "The approval expired, which denies it",
  executed: "What was approved has been carried out",
};

/**
 * What ending an approval takes beside writing it (`approvalWrite`), for those who write more in the same transaction.
 * An approval that is in that state already comes back as it is, with nothing to write.
 */
export function endedApproval(
  d: { readonly random: Random },
  known: Approval,
  { to, by, reason, now, correlationId }: End,
): Result<ApprovalChange, ApprovalRefused> {
  if (known.state === to) return ok({ approval: known, writes: [] });
  const moved = moveApproval(known, { to, now });
  if (!moved.ok) return moved;
  const approval = moved.value;
  const line = {
    kind: "approval.ended",
    at: now,
    by,
    text: `${TOLD[to]}: ${reason}`,
    cause: to,
    correlationId,
  } as const;
  const record = approvalRecord(d, approval, {
    ...{ key: to, time: now, did: to, status: to, status_before: known.state, reason, who: by },
    correlation_id: correlationId,
  });
  const followed = to === "executed" ? [] : endWrites(approval, now);
  return ok({ approval, writes: [...timelineWrites(approval, line), record, ...followed] });
}

export type EndAsked = {
  readonly tenant: Tenant;
  readonly approvalId: string;
  readonly by: string;
  readonly reason: string;
  readonly correlationId: string;
};

/** Ends an approval as `to`, once: again gives it as it is. Errors: `approval.refused` where the table does not allow it. */
export async function endApproval(
  d: ApprovalDeps,
  { tenant, approvalId, ...end }: EndAsked & { readonly to: End["to"] },
): Promise<Result<ApprovalView, ApprovalRefused | ChangeError>> {
  const changed = await changeApproval(d, {
    ...{ tenant, approvalId },
    change: (known, now) => endedApproval(d, known, { ...end, now }),
  });
  return changed.ok ? ok(viewOf(changed.value.approval)) : changed;
}
