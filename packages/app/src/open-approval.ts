import type { Approval, ApprovalState, ApprovalSubject, ApprovalTerms } from "@ephor/domain/approval";
import { canBeApproved, nextEscalation } from "@ephor/domain/approval-decision";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { ApprovalId } from "@ephor/domain/ids";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { addSeconds, type Timestamp } from "@ephor/domain/time";
import { type ApprovalDeps, approvalIdFor, approvalWrite, readApproval } from "./approval-items.ts";
import { describeSubject, type SubjectError } from "./approval-subject.ts";
import { answerWrites, approvalRecord, askWrites, timelineWrites } from "./approval-told.ts";
import { changeApproval } from "./change-approval.ts";
import { effectWrite } from "./effects.ts";
import type { Write } from "./ports.ts";

/** An approval lives at most this long: its reminders are waits of a workflow (architecture rule 6). */
export const APPROVAL_HOURS_MAX = 72;

export type OpenApproval = {
  readonly tenant: Tenant;
  readonly subject: ApprovalSubject;
  readonly terms: ApprovalTerms;
  /** A person's id, or what asks: `policy 3`. */
  readonly requester: string;
  /** Of the execution that waits; null where none does. */
  readonly token: string | null;
  readonly correlationId: string;
};
export type Opened = { readonly approvalId: ApprovalId; readonly state: ApprovalState; readonly isNew: boolean };
export type OpenError =
  | SubjectError
  | EphorError<"approval.refused" | "approval.not-found" | "store.conflict" | "store.too-large" | "store.invalid">;

/**
 * Opens the approval of a subject, once: what it is about is read from the store, its terms never change after. Opened again
 * it keeps what it has and takes the newest token; where it has ended meanwhile, that token is answered at once, again or not.
 * Errors: `approval.refused` for terms that nobody could meet; `finding.not-found`, `plan.not-found`, `exception.not-found`.
 */
export async function openApproval(d: ApprovalDeps, of: OpenApproval): Promise<Result<Opened, OpenError>> {
  const fault = faultOf(of.terms);
  if (fault !== undefined) return err(ephorError("approval.refused", fault));
  const { tenant, subject } = of;
  const approvalId = approvalIdFor(tenant, subject);
  const known = await readApproval(d, { tenant, approvalId });
  if (known.ok) return withNewestToken(d, { ...of, approvalId });
  const described = await describeSubject(d, { tenant, subject, requester: of.requester });
  if (!described.ok) return described;
  const { terms, requester, token, correlationId } = of;
  const openedAt = d.clock.now();
  const approval: Approval = {
    ...{ id: approvalId, tenant, subject, terms, ...described.value, requester, token, correlationId },
    ...{ state: "pending", openedAt, expiresAt: addSeconds(openedAt, terms.expiresHours * 3600), endedAt: null },
    ...{ decisions: [], reminders: 0 },
  };
  const done = await d.store.transact([approvalWrite(approval, undefined), ...openingWrites(d, approval)]);
  if (done.ok) return ok({ approvalId, state: approval.state, isNew: true });
  return done.error.code === "store.conflict" ? withNewestToken(d, { ...of, approvalId }) : done;
}

function faultOf({ groups, approvalsNeeded, rejectionsNeeded, expiresHours }: ApprovalTerms): string | undefined {
  if (groups.length === 0) return "expected terms that name at least one group";
  if (approvalsNeeded < 1 || rejectionsNeeded < 1) return "expected terms that ask for at least one decision";
  if (expiresHours < 1 || expiresHours > APPROVAL_HOURS_MAX) {
    return `expected terms that expire within 1 to ${APPROVAL_HOURS_MAX} hours`;
  }
  return undefined;
}

function openingWrites(d: ApprovalDeps, approval: Approval): readonly Write[] {
  const { id: approvalId, openedAt: at, correlationId, requester } = approval;
  const text = openingText(approval, d.config);
  const line = { kind: "approval.opened", at, by: requester, text, cause: "opened", correlationId } as const;
  const record = approvalRecord(d, approval, {
    ...{ key: "opened", time: at, did: "opened", status: "pending", who: requester, correlation_id: correlationId },
    description: text.slice(0, 4096),
    metadata: { groups: [...approval.terms.groups], channels: approval.terms.channels.length },
  });
  return [
    ...timelineWrites(approval, line),
    record,
    escalationWrite(approval, { approvalId, at }),
    ...askWrites(approval, { reminder: 0, at }),
  ];
}

/** Its name makes a second start of the same escalation known (architecture rule 5). */
function escalationWrite(approval: Approval, { approvalId, at }: { approvalId: string; at: Timestamp }): Write {
  const { tenant, correlationId, expiresAt } = approval;
  const input = { v: 1, tenant, approvalId, next: { ...nextEscalation(approval) }, expiresAt, correlationId };
  const name = `escalate-${approvalId}`;
  const effect = { kind: "start-execution", workflow: "escalate", name, input, correlationId } as const;
  return effectWrite({ tenant, effect, at });
}

function openingText(approval: Approval, { groups }: ApprovalDeps["config"]): string {
  const { approvalsNeeded: needed, groups: named, because } = approval.terms;
  const asked = `Asks ${needed} of ${named.join(", ")} until ${approval.expiresAt}`;
  const why = because.length === 0 ? "" : ` (${because.join("; ")})`;
  const alone = canBeApproved(approval, groups)
    ? ""
    : "; too few people are in these groups, so as it stands it can only expire";
  return `${asked}${why}${alone}`;
}

async function withNewestToken(
  d: ApprovalDeps,
  { tenant, approvalId, token }: OpenApproval & { approvalId: ApprovalId },
): Promise<Result<Opened, OpenError>> {
  const changed = await changeApproval<never>(d, {
    ...{ tenant, approvalId },
    change: (known, now) => {
      // Whoever waits with the token of an approval that has ended may have been answered while nothing heard it, as right
      // after a start, before the execution is back: asking again shows that it still waits, and is answered again.
      const isKnown = known.token === token && known.state === "pending";
      if (token === null || isKnown) return ok({ approval: known, writes: [] });
      const approval = { ...known, token };
      return ok({ approval, writes: answerWrites(approval, now) });
    },
  });
  return changed.ok ? ok({ approvalId, state: changed.value.approval.state, isNew: false }) : changed;
}
