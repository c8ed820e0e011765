import { type ApprovalRefused, nextEscalation } from "@ephor/domain/approval-decision";
import { ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { addSeconds } from "@ephor/domain/time";
import type { ApprovalDeps, ApprovalView } from "./approval-items.ts";
import { type ChangeError, changeApproval } from "./change-approval.ts";
import { type EndAsked, endApproval, endedApproval } from "./end-approval.ts";
import { AGAIN_SECONDS, type Escalating, later, type NextStep } from "./remind-approval.ts";

const REASON = "nobody, or too few, decided in time";

/**
 * Denies an approval that nobody decided by its time, and says what comes next: nothing, or the same a little later where
 * its time has not come. One that was decided stays as it is: whoever carries it out ends it.
 */
export async function expireApproval(
  d: ApprovalDeps,
  of: Escalating,
): Promise<Result<NextStep, ApprovalRefused | ChangeError>> {
  const { tenant, approvalId, correlationId } = of;
  let next: NextStep = { step: "end" };
  const changed = await changeApproval(d, {
    ...{ tenant, approvalId },
    change: (known, now) => {
      const isDue = known.state === "pending" && known.expiresAt <= now;
      if (isDue) return endedApproval(d, known, { to: "expired", by: "escalate", reason: REASON, now, correlationId });
      next =
        known.state === "pending"
          ? { step: "expire", at: later(known.expiresAt, addSeconds(now, AGAIN_SECONDS)) }
          : nextEscalation(known);
      return ok({ approval: known, writes: [] });
    },
  });
  return changed.ok ? ok(next) : changed;
}

/**
 * Ends an approval that was given and could not be carried out before its time was over. Errors: `approval.refused` before
 * that time, and where the table of states does not allow it.
 */
export async function expireUnexecuted(
  d: ApprovalDeps,
  of: EndAsked,
): Promise<Result<ApprovalView, ApprovalRefused | ChangeError>> {
  const { tenant, approvalId } = of;
  const due = await changeApproval<ApprovalRefused>(d, {
    ...{ tenant, approvalId },
    change: (known, now) =>
      known.expiresAt <= now || known.state === "expired"
        ? ok({ approval: known, writes: [] })
        : err(ephorError("approval.refused", `the approval holds until ${known.expiresAt}`)),
  });
  return due.ok ? endApproval(d, { ...of, to: "expired" }) : due;
}
