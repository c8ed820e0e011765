import type { EphorError } from "@ephor/domain/error";
import type { Exception } from "@ephor/domain/exception";
import type { ApprovalId, ExceptionId } from "@ephor/domain/ids";
import { ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { type ApprovalDeps, readApproval } from "./approval-items.ts";
import { changeException, type ExceptionDeps } from "./change-exception.ts";
import { markExecuted } from "./mark-executed.ts";

export type ExceptionDecided = {
  readonly tenant: Tenant;
  readonly exceptionId: ExceptionId;
  readonly approvalId: ApprovalId;
  readonly decision: "approved" | "rejected" | "expired" | "cancelled";
  readonly correlationId: string;
};

/**
 * What a decision makes of an exception: active where its approval stands as approved in the store, else rejected; an
 * exception that was revoked or ran out meanwhile stays what it is. Errors: those of `changeException`.
 */
export async function decideException(
  d: ApprovalDeps & ExceptionDeps,
  decided: ExceptionDecided,
): Promise<Result<{ readonly state: Exception["state"] }, EphorError>> {
  const { tenant, exceptionId: id, approvalId, decision, correlationId } = decided;
  const read = await readApproval(d, { tenant, approvalId });
  if (!read.ok) return read;
  const { approval } = read.value;
  const isOfThis = approval.subject.kind === "exception" && approval.subject.exceptionId === id;
  const isApproved = isOfThis && (approval.state === "approved" || approval.state === "executed");
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
