import { type Approval, ESCALATION_LADDERS } from "@ephor/domain/approval";
import { asksFallback, type EscalationStep, nextEscalation } from "@ephor/domain/approval-decision";
import { ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { addSeconds, type Timestamp } from "@ephor/domain/time";
import type { ApprovalDeps } from "./approval-items.ts";
import { approvalRecord, askWrites } from "./approval-told.ts";
import { type ApprovalChange, type ChangeError, changeApproval } from "./change-approval.ts";

export type Escalating = { readonly tenant: Tenant; readonly approvalId: string; readonly correlationId: string };
/** What comes next, and not before when. */
export type NextStep = EscalationStep;

/** A clock that lags behind the one that waited must not make the workflow spin. */
export const AGAIN_SECONDS = 5;
export const later = (one: Timestamp, other: Timestamp): Timestamp => (one > other ? one : other);

/**
 * Reminds those who are asked, where a reminder is due, and says what comes next: a repeat of the call reminds nobody twice.
 * After the ladder's last reminder one more asks the fallback group as well. Ledgered.
 */
export async function remindApproval(d: ApprovalDeps, of: Escalating): Promise<Result<NextStep, ChangeError>> {
  const { tenant, approvalId } = of;
  let askedAt = d.clock.now();
  const changed = await changeApproval<never>(d, {
    ...{ tenant, approvalId },
    change: (known, now) => {
      askedAt = now;
      return ok(reminded(d, { known, now, of }));
    },
  });
  return changed.ok ? ok(stepAfter(changed.value.approval, askedAt)) : changed;
}

/**
 * The next step after a reminder. Those that were missed while nothing ran are not made up for one after the other: the
 * next one comes a whole wait later. Nothing comes after expiry but that.
 */
export function stepAfter(approval: Approval, now: Timestamp): NextStep {
  const next = nextEscalation(approval);
  if (next.step === "end") return next;
  if (approval.expiresAt <= now) return { step: "expire", at: approval.expiresAt };
  if (next.step === "expire") return next;
  const { escalation } = approval.terms;
  const wait = escalation === null ? 0 : ESCALATION_LADDERS[escalation].minutes * 60;
  return { step: "remind", at: later(next.at, addSeconds(now, next.at <= now ? wait : AGAIN_SECONDS)) };
}

function reminded(
  d: ApprovalDeps,
  { known, now, of }: { known: Approval; now: Timestamp; of: Escalating },
): ApprovalChange {
  const next = nextEscalation(known);
  if (next.step !== "remind" || next.at > now || known.expiresAt <= now) return { approval: known, writes: [] };
  const approval = { ...known, reminders: known.reminders + 1 };
  const { reminders, terms } = approval;
  const times = terms.escalation === null ? 0 : ESCALATION_LADDERS[terms.escalation].times;
  const asked = asksFallback(approval)
    ? `now ${terms.fallbackGroup} is asked as well`
    : `reminder ${reminders} of ${times}`;
  const record = approvalRecord(d, approval, {
    ...{ key: `reminder ${reminders}`, time: now, did: "reminded", status: approval.state, who: "escalate" },
    ...{ who_type: "system", description: asked, correlation_id: of.correlationId, metadata: { reminder: reminders } },
  });
  return { approval, writes: [record, ...askWrites(approval, { reminder: reminders, at: now })] };
}
