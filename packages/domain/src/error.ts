/**
 * The closed list of failures Ephor can name. A code is stable: scripts, ASL `Retry` and `Catch`
 * (architecture rule 4) and API problems (`type: urn:ephor:problem:<code>`) match on it.
 * `retryable`: the same call may succeed later without a change. `status`: the HTTP answer for it.
 */
export const ERROR_CODES = {
  "input.invalid": { retryable: false, status: 400 },
  "input.too-large": { retryable: false, status: 413 },
  "input.unsupported-type": { retryable: false, status: 415 },
  "event.malformed": { retryable: false, status: 400 },
  "archive.unreadable": { retryable: false, status: 400 },
  "archive.too-large": { retryable: false, status: 413 },
  "pattern.invalid": { retryable: false, status: 400 },
  "config.invalid": { retryable: false, status: 400 },
  "config.unreadable": { retryable: false, status: 400 },
  "policy-document.invalid": { retryable: false, status: 400 },
  "topology.invalid": { retryable: false, status: 500 },
  "workflow.invalid": { retryable: false, status: 400 },
  "workflow.unsupported": { retryable: false, status: 400 },
  "workflow.not-found": { retryable: false, status: 404 },
  "execution.not-found": { retryable: false, status: 404 },
  "execution.already-exists": { retryable: false, status: 409 },
  "task.unknown": { retryable: false, status: 500 },
  "task.input-invalid": { retryable: false, status: 400 },
  "task.does-not-exist": { retryable: false, status: 404 },
  "task.timed-out": { retryable: false, status: 409 },
  "detection.failed": { retryable: false, status: 500 },
  "finding.not-found": { retryable: false, status: 404 },
  "finding.transition-refused": { retryable: false, status: 409 },
  "dead-letter.not-found": { retryable: false, status: 404 },
  "ledger.invalid": { retryable: false, status: 500 },
  "ledger.not-found": { retryable: false, status: 404 },
  "ledger.record-invalid": { retryable: false, status: 400 },
  "store.conflict": { retryable: true, status: 409 },
  "store.throttled": { retryable: true, status: 503 },
  "store.unavailable": { retryable: true, status: 503 },
  "store.too-large": { retryable: false, status: 413 },
  "store.invalid": { retryable: false, status: 400 },
  "store.corrupt": { retryable: false, status: 500 },
  "store.locked": { retryable: true, status: 503 },
  "store.newer-version": { retryable: false, status: 500 },
  "aws.throttled": { retryable: true, status: 503 },
  "aws.unavailable": { retryable: true, status: 503 },
  "aws.not-found": { retryable: false, status: 404 },
  "aws.denied": { retryable: false, status: 403 },
  "aws.refused": { retryable: false, status: 409 },
  "aws.unknown-outcome": { retryable: true, status: 503 },
  "approval.not-found": { retryable: false, status: 404 },
  "approval.refused": { retryable: false, status: 409 },
  "approval.not-eligible": { retryable: false, status: 403 },
  "approval.code-wrong": { retryable: false, status: 403 },
  "link.invalid": { retryable: false, status: 404 },
  "exception.not-found": { retryable: false, status: 404 },
  "exception.refused": { retryable: false, status: 409 },
  "plan.not-found": { retryable: false, status: 404 },
  "plan.refused": { retryable: false, status: 409 },
  "notify.failed": { retryable: true, status: 503 },
  "slack.refused": { retryable: false, status: 401 },
  "channel.not-found": { retryable: false, status: 404 },
  "notify.refused": { retryable: false, status: 409 },
  "secret.unset": { retryable: false, status: 500 },
  "remediation.unknown": { retryable: false, status: 404 },
  "remediation.target-invalid": { retryable: false, status: 400 },
  "remediation.unsupported": { retryable: false, status: 409 },
  "remediation.resource-gone": { retryable: false, status: 404 },
  "remediation.no-access": { retryable: false, status: 403 },
  "remediation.drifted": { retryable: false, status: 409 },
  "remediation.apply-failed": { retryable: false, status: 409 },
  "remediation.lease-lost": { retryable: false, status: 409 },
  "remediation.stopped": { retryable: false, status: 409 },
  "rollback.conflict": { retryable: false, status: 409 },
  "cursor.invalid": { retryable: false, status: 400 },
  "auth.missing": { retryable: false, status: 401 },
  "auth.refused": { retryable: false, status: 401 },
  "auth.forbidden": { retryable: false, status: 403 },
  "token.not-found": { retryable: false, status: 404 },
  "auth.csrf": { retryable: false, status: 403 },
  "rate.limited": { retryable: true, status: 429 },
  "route.not-found": { retryable: false, status: 404 },
  "route.method-not-allowed": { retryable: false, status: 405 },
  "node.busy": { retryable: true, status: 503 },
  "node.port-taken": { retryable: false, status: 500 },
  "node.data-unwritable": { retryable: false, status: 500 },
  "node.unreachable": { retryable: true, status: 503 },
  internal: { retryable: false, status: 500 },
} as const satisfies Record<string, { retryable: boolean; status: number }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * What went wrong (`message`, one sentence a user can act on), where (`path`, a JSON pointer, file or key)
 * and its stable `code`. Never holds a secret; untrusted text in `message` is already shortened.
 */
export type EphorError<C extends ErrorCode = ErrorCode> = {
  readonly code: C;
  readonly message: string;
  readonly path?: string;
  readonly cause?: unknown;
};

export function ephorError<C extends ErrorCode>(
  code: C,
  message: string,
  more: { path?: string; cause?: unknown } = {},
): EphorError<C> {
  return { code, message, ...more };
}

export const isRetryable = (error: EphorError): boolean => ERROR_CODES[error.code].retryable;

/** Carries an expected error across a boundary that only knows exceptions (a Lambda handler, a stream). */
export class EphorException extends Error {
  readonly error: EphorError;
  constructor(error: EphorError) {
    super(error.message, error.cause === undefined ? undefined : { cause: error.cause });
    this.name = error.code;
    this.error = error;
  }
}
