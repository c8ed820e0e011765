import type { ApprovalId, ExceptionId } from "./ids.ts";
import type { Risk } from "./remediation.ts";
import type { Tenant } from "./tenant.ts";
import type { Timestamp } from "./time.ts";

export const EXCEPTION_STATES = ["requested", "active", "rejected", "expired", "revoked"] as const;
export type ExceptionState = (typeof EXCEPTION_STATES)[number];

/** Which findings it covers; every part given must hold, `*` stands for any characters, and `detection` is always given. */
export type ExceptionScope = {
  readonly detection: string;
  readonly account?: string;
  /** The resource's id or ARN. */
  readonly resource?: string;
};

/** An approved, expiring waiver: it mutes the response to matching findings, never their recording (findings.md). */
export type Exception = {
  readonly id: ExceptionId;
  readonly tenant: Tenant;
  readonly scope: ExceptionScope;
  readonly reason: string;
  readonly risk: Risk;
  /** A person's id. */
  readonly requester: string;
  readonly state: ExceptionState;
  readonly requestedAt: Timestamp;
  /** At most 365 days after the request. */
  readonly expiresAt: Timestamp;
  readonly approvalId: ApprovalId | null;
  readonly approvedBy: readonly string[];
  readonly endedAt: Timestamp | null;
  readonly endedBy: string | null;
  /** Why it ended, in the words of whoever ended it; absent where nobody said. */
  readonly endReason?: string;
  readonly correlationId: string;
};
