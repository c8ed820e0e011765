import type { EphorError } from "@ephor/domain/error";
import type { Exception } from "@ephor/domain/exception";
import type { ExceptionId } from "@ephor/domain/ids";
import { ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { type ApprovalDeps, approvalIdFor, readApproval } from "./approval-items.ts";
import { changeException, type ExceptionDeps } from "./change-exception.ts";
import { markExecuted } from "./mark-executed.ts";

export type ExceptionDecided = {
  readonly tenant: Tenant;
  readonly exceptionId: ExceptionId;
  /** What the workflow was told; `expired` also where nobody told it anything in time. */
  readonly decision: "approved" | "rejected" | "expired" | "cancelled";
  readonly correlationId: string;
};

/**
 * What a decision makes of an exception: active where its approval stands as approved in the store, whatever the workflow
 * was told, else rejected, and what is still being asked is asked no more; an exception that was revoked or ran out meanwhile stays what it is. Errors: those of `changeException`.
 */
export async function decideException(
  d: ApprovalDeps & ExceptionDeps,
  decided: ExceptionDecided,
): Promise<Result<{ readonly state: Exception["state"] }, EphorError>> {
  const { tenant, exceptionId: id, decision, correlationId } = decided;
  const approvalId = approvalIdFor(tenant, { kind: "exception", exceptionId: id });
  const read = await readApproval(d, { tenant, approvalId });
  if (!read.ok) return read;
  const { approval } = read.value;
  const isApproved = approval.state === "approved" || approval.state === "executed";
  const approvedBy = approval.decisions.filter((one) => one.decision === "approve").map(({ person }) => person);
  const changed = await changeException(d, {
    ...{ tenant, id, correlationId, by: "except", to: isApproved ? "active" : "rejected" },
    ...{ approval: { id: approvalId, approvedBy: isApproved ? approvedBy : [] } },
    ...(isApproved ? {} : { reason: `its approval was ${decision}` }),
  });
  if (!changed.ok) return changed.error.code === "exception.refused" ? ok({ state: "revoked" }) : changed;
  if (isApproved) {
    const done = await markExecuted(d, { tenant, approvalId, by: "except", reason: `${id} is active`, correlationId });
    if (!done.ok && done.error.code !== "approval.refused") return done;
  }
  return ok({ state: changed.value.state });
}
