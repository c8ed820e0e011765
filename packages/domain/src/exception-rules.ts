import type { Exception, ExceptionScope, ExceptionState } from "./exception.ts";
import type { FindingFacts } from "./finding.ts";
import { matchesGlob } from "./response-policy.ts";
import type { Timestamp } from "./time.ts";

/** Every allowed change of an exception's state; what is not here is refused. */
export const EXCEPTION_TRANSITIONS: Readonly<Record<ExceptionState, readonly ExceptionState[]>> = {
  requested: ["active", "rejected", "expired", "revoked"],
  active: ["expired", "revoked"],
  rejected: [],
  expired: [],
  revoked: [],
};

/** Whether a finding lies in the scope, whatever the exception's state. */
export function isCovered(
  scope: ExceptionScope,
  finding: Pick<FindingFacts, "detection" | "account" | "resource">,
): boolean {
  const { id, arn, name } = finding.resource;
  const { resource, account, detection } = scope;
  return (
    matchesGlob(detection, finding.detection) &&
    (account === undefined || account === finding.account) &&
    (resource === undefined || [id, arn, name].some((text) => text !== undefined && matchesGlob(resource, text)))
  );
}

/** Whether the exception mutes responses at `now`. */
export const isActive = (exception: Exception, now: Timestamp): boolean =>
  exception.state === "active" && exception.expiresAt > now;
