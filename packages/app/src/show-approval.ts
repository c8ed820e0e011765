import type { Approval, Decision } from "@ephor/domain/approval";
import { countOf, peopleAsked } from "@ephor/domain/approval-decision";
import type { DiffEntry } from "@ephor/domain/diff";
import type { Exception } from "@ephor/domain/exception";
import type { Finding } from "@ephor/domain/finding";
import type { Plan } from "@ephor/domain/plan";
import type { PlannedCall, Risk } from "@ephor/domain/remediation";
import { ok, type Result } from "@ephor/domain/result";
import type { Severity } from "@ephor/domain/severity";
import type { Tenant } from "@ephor/domain/tenant";
import { readApplyingSwitch } from "./applying-switch.ts";
import { type ApprovalDeps, type ApprovalNotFound, type ApprovalView, readApproval, viewOf } from "./approval-items.ts";
import { readSubject } from "./approval-subject.ts";
import { blastBack, readRollback, turned } from "./way-back.ts";

/** An approval as listed: what is asked, of whom, and how far it has come. */
export type ApprovalLine = Omit<ApprovalView, "tenant" | "terms" | "excluded" | "decisions"> & {
  readonly risk: Risk;
  readonly groups: readonly string[];
  readonly approvalsNeeded: number;
  readonly rejectionsNeeded: number;
  /** Distinct people whose approval counts now. */
  readonly approvers: readonly string[];
  readonly decisions: readonly Decision[];
};
/** What would be done, in words and as a diff, without the states themselves: those may hold anything. */
export type ApprovalPlan = Pick<
  Plan,
  "hash" | "remediation" | "remediationVersion" | "title" | "blast" | "irreversible" | "owner" | "basis"
> & {
  readonly risk: Risk;
  readonly calls: readonly { readonly service: string; readonly operation: string; readonly says: string }[];
  readonly diff: readonly DiffEntry[];
};
export type ShownApproval = ApprovalLine & {
  /** Why more people are asked than the rule says. */
  readonly because: readonly string[];
  /** Groups that nobody stands for yet. */
  readonly missing: readonly string[];
  /** Who may decide now, `people[].id`. */
  readonly asked: readonly string[];
  /** Why it is asked for, in the words of whoever asks; null where no person does. */
  readonly reason: string | null;
  /** Whether whoever asks is among those whose acts the finding tells of. */
  readonly requesterIsCause: boolean;
  /** Why what was approved is not carried out for now: somebody has stopped all applying. */
  readonly waits: string | null;
  readonly plan: ApprovalPlan | null;
  readonly exception: Pick<Exception, "id" | "scope" | "reason" | "expiresAt" | "requester"> | null;
  readonly finding: {
    readonly id: string;
    readonly title: string;
    readonly severity: Severity;
    readonly detection: string;
  } | null;
};

export function lineOf(approval: Approval, groups: ApprovalDeps["config"]["groups"]): ApprovalLine {
  const { tenant: _, terms, excluded: __, ...told } = viewOf(approval);
  const { approvers, approvalsNeeded } = countOf(approval, groups);
  const { risk, groups: named, rejectionsNeeded } = terms;
  return { ...told, risk, groups: named, approvalsNeeded, rejectionsNeeded, approvers };
}

/** An approval with what it is about, as far as that still stands. Errors: `approval.not-found`, also for another tenant's. */
export async function showApproval(
  d: Pick<ApprovalDeps, "store" | "config">,
  { tenant, id }: { tenant: Tenant; id: string },
): Promise<Result<ShownApproval, ApprovalNotFound>> {
  const known = await readApproval(d, { tenant, approvalId: id });
  if (!known.ok) return known;
  const { approval } = known.value;
  const { groups } = d.config;
  const { subject } = approval;
  const back = subject.kind === "rollback" ? await readRollback(d, { tenant, ...subject }) : undefined;
  const matter = await readSubject(d, { tenant, subject: approval.subject });
  const found = matter.ok && matter.value.kind === "finding" ? matter.value : undefined;
  const exception = matter.ok && matter.value.kind === "exception" ? matter.value.exception : undefined;
  return ok({
    ...lineOf(approval, groups),
    because: approval.terms.because,
    missing: countOf(approval, groups).missing,
    asked: peopleAsked(approval, groups),
    reason: back?.reason ?? exception?.reason ?? null,
    requesterIsCause: back?.isCause === true,
    waits: await waitOf(d, approval),
    plan: found === undefined ? null : shownPlan(found.plan, subject.kind === "rollback" ? (back?.calls ?? []) : null),
    exception: exception === undefined ? null : shownException(exception),
    finding: found === undefined ? null : shownFinding(found.finding),
  });
}

async function waitOf(d: Pick<ApprovalDeps, "store">, { tenant, state, subject }: Approval): Promise<string | null> {
  if (state !== "approved" || (subject.kind !== "plan" && subject.kind !== "rollback")) return null;
  const { stopped } = await readApplyingSwitch(d, tenant);
  return stopped && `applying is stopped (${stopped})`;
}

/** A plan, or its way back by the calls `back`, which is the same diff the other way round. */
function shownPlan(plan: Plan, back: readonly PlannedCall[] | null): ApprovalPlan {
  const { hash, remediation, remediationVersion, title, blast, irreversible, owner, basis, risk } = plan;
  const told = { hash, remediation, remediationVersion, title, irreversible, owner, basis, risk };
  const calls = (back ?? plan.calls).map(({ service, operation, says }) => ({ service, operation, says }));
  if (back === null) return { ...told, blast, calls, diff: plan.diff };
  return { ...told, blast: blastBack(plan), calls, diff: plan.diff.map(turned) };
}

const shownException = ({ id, scope, reason, expiresAt, requester }: Exception) => ({
  id,
  scope,
  reason,
  expiresAt,
  requester,
});
const shownFinding = ({ id, title, severity, detection }: Finding) => ({ id, title, severity, detection });
