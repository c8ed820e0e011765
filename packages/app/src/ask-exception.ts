import type { ApprovalTerms } from "@ephor/domain/approval";
import type { ResponsePolicy } from "@ephor/domain/config/response-policy";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { Exception } from "@ephor/domain/exception";
import type { ExceptionId } from "@ephor/domain/ids";
import { EXPIRES_HOURS_DEFAULT } from "@ephor/domain/response-policy";
import { err, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { epochMsOf, type Timestamp } from "@ephor/domain/time";
import type { ApprovalDeps } from "./approval-items.ts";
import { decode } from "./items.ts";
import { exceptionKey } from "./keys.ts";
import { type Opened, openApproval } from "./open-approval.ts";

type Deps = ApprovalDeps & {
  readonly policy: () => Pick<ResponsePolicy, "exceptions">;
  readonly channels: () => readonly string[];
};
export type ExceptionAsked = {
  readonly tenant: Tenant;
  readonly exceptionId: ExceptionId;
  readonly token: string;
  readonly correlationId: string;
};

const HOUR_MS = 3_600_000;

/** Opens the approval of an exception: needed like any other, never given by whoever asks (findings.md, "Exceptions"). */
export async function askException(d: Deps, asked: ExceptionAsked): Promise<Result<Opened, EphorError>> {
  const { tenant, exceptionId, token, correlationId } = asked;
  const item = await d.store.get(exceptionKey(tenant, exceptionId));
  if (item === undefined) return err(ephorError("exception.not-found", `no exception ${exceptionId}`));
  const exception = decode("exception", item);
  const terms = termsOf(d, { exception, now: d.clock.now() });
  const subject = { kind: "exception", exceptionId } as const;
  return openApproval(d, { tenant, subject, terms, requester: exception.requester, token, correlationId });
}

function termsOf(d: Deps, { exception, now }: { exception: Exception; now: Timestamp }): ApprovalTerms {
  const { approvers, approvalsMin } = d.policy().exceptions;
  const hoursLeft = Math.ceil((epochMsOf(exception.expiresAt) - epochMsOf(now)) / HOUR_MS);
  return {
    risk: exception.risk,
    groups: approvers,
    approvalsNeeded: Math.max(approvalsMin, exception.risk === "high" ? 2 : 1, approvers.length),
    rejectionsNeeded: 1,
    expiresHours: Math.max(1, Math.min(EXPIRES_HOURS_DEFAULT, hoursLeft)),
    escalation: null,
    fallbackGroup: null,
    channels: d.channels(),
    because: exception.risk === "high" ? ["its risk is high"] : [],
  };
}
