import { laterThan } from "./branches.ts";
import type { Retrier } from "./definition.ts";
import type { RetryDecision } from "./history.ts";

/**
 * Wildcards and what they leave out. States.Runtime is never caught; States.DataLimitExceeded only by its own name; a
 * missed heartbeat is a timeout too.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
const WILDCARDS: Readonly<Record<string, (error: string) => boolean>> = {
  "States.ALL": (error) => error !== "States.DataLimitExceeded",
  "States.TaskFailed": (error) => error !== "States.DataLimitExceeded" && error !== "States.Timeout",
  "States.Timeout": (error) => error === "States.HeartbeatTimeout",
};

/** Whether `ErrorEquals` names `error`; a failure without a name is matched by wildcards alone. */
export function matchesError(errorEquals: readonly string[], error = ""): boolean {
  if (error === "States.Runtime") return false;
  return errorEquals.some((name) => name === error || WILDCARDS[name]?.(error) === true);
}

/** Seconds before the try after `tries` earlier ones of this retrier; `unit` draws from [0, 1) for the jitter. */
export function retryDelaySeconds(retrier: Retrier, { tries, unit }: { tries: number; unit: () => number }): number {
  const grown = retrier.intervalSeconds * retrier.backoffRate ** tries;
  const delay = Math.min(grown, retrier.maxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return retrier.jitter === "FULL" ? delay * unit() : delay;
}

type Failed = {
  readonly retriers: readonly Retrier[];
  /** Tries so far, a retrier each. */
  readonly retries: readonly number[];
  readonly error: string | undefined;
  readonly at: string;
  readonly unit: () => number;
};

/** The first retrier that names the error decides: another try, or none once its attempts are used up. */
export function decideRetry({ retriers, retries, error, at, unit }: Failed): RetryDecision | undefined {
  const index = retriers.findIndex((retrier) => matchesError(retrier.errorEquals, error));
  const retrier = retriers[index];
  const tries = retries[index] ?? 0;
  if (retrier === undefined || tries >= retrier.maxAttempts) return undefined;
  return { retrier: index, at: laterThan(at, retryDelaySeconds(retrier, { tries, unit })) };
}
