import type { Approval, Decision } from "@ephor/domain/approval";
import { countOf, peopleAsked } from "@ephor/domain/approval-decision";
import type { DiffEntry } from "@ephor/domain/diff";
import type { Exception } from "@ephor/domain/exception";
import type { Finding } from "@ephor/domain/finding";
import type { Plan } from "@ephor/domain/plan";
import type { Risk } from "@ephor/domain/remediation";
import { ok, type Result } from "@ephor/domain/result";
import type { Severity } from "@ephor/domain/severity";
import type { Tenant } from "@ephor/domain/tenant";
import { type ApprovalDeps, type ApprovalNotFound, type ApprovalView, readApproval, viewOf } from "./approval-items.ts";
import { readSubject } from "./approval-subject.ts";

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
/** The plan in words and as a diff, without the states themselves: those may hold anything. */
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
  const matter = await readSubject(d, { tenant, subject: approval.subject });
  const found = matter.ok && matter.value.kind === "finding" ? matter.value : undefined;
  const exception = matter.ok && matter.value.kind === "exception" ? matter.value.exception : undefined;
  return ok({
    ...lineOf(approval, groups),
    because: approval.terms.because,
    missing: countOf(approval, groups).missing,
    asked: peopleAsked(approval, groups),
    plan: found === undefined ? null : shownPlan(found.plan, { isBack: approval.subject.kind === "rollback" }),
    exception: exception === undefined ? null : shownException(exception),
    finding: found === undefined ? null : shownFinding(found.finding),
  });
}

/** The way back is the same diff the other way round; the calls back are made from what stands there then. */
function shownPlan(plan: Plan, { isBack }: { isBack: boolean }): ApprovalPlan {
  const { hash, remediation, remediationVersion, title, blast, irreversible, owner, basis, risk } = plan;
  const told = { hash, remediation, remediationVersion, title, blast, irreversible, owner, basis, risk };
  if (isBack) return { ...told, calls: [], diff: plan.diff.map(turned) };
  const calls = plan.calls.map(({ service, operation, says }) => ({ service, operation, says }));
  return { ...told, calls, diff: plan.diff };
}

const turned = ({ path, before, after }: DiffEntry): DiffEntry => ({
  path,
  ...(after === undefined ? {} : { before: after }),
  ...(before === undefined ? {} : { after: before }),
});

const shownException = ({ id, scope, reason, expiresAt, requester }: Exception) => ({
  id,
  scope,
  reason,
  expiresAt,
  requester,
});
const shownFinding = ({ id, title, severity, detection }: Finding) => ({ id, title, severity, detection });
