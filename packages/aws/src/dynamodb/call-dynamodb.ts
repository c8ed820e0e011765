import { setTimeout as delay } from "node:timers/promises";
import { type Backoff, delayMs } from "@ephor/app/backoff";
import type { Random } from "@ephor/app/ports";
import { type EphorError, EphorException, ephorError } from "@ephor/domain/error";

/** Architecture rule 10. For a client: connect 5 s, call 30 s, and no retries of its own beside those here. */
export const CLIENT_LIMITS = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
} as const;

const CALL_TIMEOUT_MS = 30_000;

/** At most about six seconds of waiting: longer than a partition takes to split its load, shorter than a task. */
const STORE: Backoff = { retries: 8, firstMs: 50, factor: 2, maxMs: 2_000 };

/** `wait` is given by tests alone. */
export type CallDeps = { readonly random: Random; readonly wait?: (ms: number) => Promise<void> };

/**
 * What a failed call means. `refused`: DynamoDB did nothing, so the call may be made again. `unknown`: it may have been
 * carried out, so only a call that is the same twice may be made again. `final`: no repeat can help.
 */
export type Failure =
  | { readonly kind: "refused"; readonly error: EphorError<"store.throttled"> }
  | { readonly kind: "unknown"; readonly error: EphorError<"store.unavailable"> }
  | { readonly kind: "final"; readonly error: EphorError<"store.unavailable" | "store.invalid"> };

type Call<T> = {
  /** Whether a repeat of a call that may have been carried out changes nothing. */
  readonly isRepeatable: boolean;
  readonly send: (signal: AbortSignal) => Promise<T>;
};

/**
 * Makes a call, again with full jitter where that can help, and then throws `store.throttled`, `store.unavailable` or
 * `store.invalid`. Outcomes that callers decide on (failed conditions) pass through as DynamoDB threw them.
 */
export async function callDynamodb<T>(d: CallDeps, call: Call<T>): Promise<T> {
  const wait = d.wait ?? delay;
  for (let attempts = 1; ; attempts++) {
    try {
      return await call.send(AbortSignal.timeout(CALL_TIMEOUT_MS));
    } catch (cause) {
      if (isOutcome(cause)) throw cause;
      const failure = failureOf(cause);
      const mayRepeat = failure.kind === "refused" || (failure.kind === "unknown" && call.isRepeatable);
      const ms = mayRepeat ? delayMs(STORE, { attempts, random: d.random }) : undefined;
      if (ms === undefined) throw new EphorException(failure.error);
      await wait(ms);
    }
  }
}

const THROTTLED = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "Throttling",
  "RequestLimitExceeded",
  "TransactionConflictException",
  "TransactionInProgressException",
]);
/** Reasons of a cancelled transaction that pass by themselves. */
const PASSING = new Set(["TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"]);

export type CancellationReason = { readonly Code?: string | undefined; readonly Message?: string | undefined };

/** The reasons, one for each write, where a transaction was cancelled; undefined for any other error. */
export function cancellationReasons(error: unknown): readonly CancellationReason[] | undefined {
  if (nameOf(error) !== "TransactionCanceledException") return undefined;
  const reasons = error instanceof Error && "CancellationReasons" in error ? error.CancellationReasons : undefined;
  return Array.isArray(reasons) ? reasons : [];
}

export const isConditionFailure = (error: unknown): boolean => nameOf(error) === "ConditionalCheckFailedException";

function isOutcome(error: unknown): boolean {
  if (isConditionFailure(error)) return true;
  const reasons = cancellationReasons(error);
  return reasons !== undefined && reasons.length > 0 && !reasons.some(isPassing);
}

const isPassing = ({ Code }: CancellationReason): boolean => Code !== undefined && PASSING.has(Code);

export function failureOf(cause: unknown): Failure {
  const name = nameOf(cause);
  if (THROTTLED.has(name) || cancellationReasons(cause) !== undefined) {
    return { kind: "refused", error: ephorError("store.throttled", `DynamoDB is busy: ${name}`, { cause }) };
  }
  const status = statusOf(cause);
  if (name === "ValidationException") {
    return { kind: "final", error: ephorError("store.invalid", `DynamoDB refused: ${messageOf(cause)}`, { cause }) };
  }
  const error = ephorError("store.unavailable", `DynamoDB failed: ${name}: ${messageOf(cause)}`, { cause });
  // Without a status no answer came: a time-out, a reset, a name that did not resolve.
  const isPassingFailure = status === undefined || status >= 500 || status === 429;
  return { kind: isPassingFailure ? "unknown" : "final", error };
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "Error");
const messageOf = (error: unknown): string => (error instanceof Error ? error.message.slice(0, 300) : String(error));

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}
