import type { Approval, ApprovalState, ApprovalSubject } from "@ephor/domain/approval";
import type { ApprovalId, FindingId } from "@ephor/domain/ids";
import type { Tenant } from "@ephor/domain/tenant";
import { approvalIdFor, readApproval } from "./approval-items.ts";
import type { Store } from "./ports.ts";
import { rollbackRequests } from "./way-back.ts";

type OfPlan = {
  readonly tenant: Tenant;
  readonly findingId: FindingId;
  readonly generation: number;
  readonly planHash: string;
};
/** An approval about a finding's plan, as far as its page needs it. */
export type FindingApproval = {
  readonly id: ApprovalId;
  readonly kind: Exclude<ApprovalSubject["kind"], "exception">;
  readonly state: ApprovalState;
  /** Of a way back: why it was asked for. */
  readonly reason: string | null;
};

/** All that people were asked about one plan: itself, its way back at each attempt, its review. In this order. */
export async function findingApprovals(d: { readonly store: Store }, of: OfPlan): Promise<readonly FindingApproval[]> {
  const { tenant, ...plan } = of;
  const backs = await rollbackRequests(d, of);
  const asked: readonly { subject: ApprovalSubject; kind: FindingApproval["kind"]; reason: string | null }[] = [
    { subject: { kind: "plan", ...plan }, kind: "plan", reason: null },
    ...backs.map(({ attempt = 1, reason }) => ({
      ...{ subject: { kind: "rollback", ...plan, attempt } as const, kind: "rollback" as const, reason },
    })),
    { subject: { kind: "review", ...plan }, kind: "review", reason: null },
  ];
  const read = await Promise.all(
    asked.map(async ({ subject, kind, reason }) => {
      const known = await readApproval(d, { tenant, approvalId: approvalIdFor(tenant, subject) });
      if (!known.ok) return [];
      const { id, state }: Approval = known.value.approval;
      return [{ id, kind, state, reason }];
    }),
  );
  return read.flat();
}
