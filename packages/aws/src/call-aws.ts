import { setTimeout as delay } from "node:timers/promises";
import { type Backoff, delayMs } from "@ephor/app/backoff";
import { EphorException, ephorError } from "@ephor/domain/error";
import type { CallDeps } from "./dynamodb/call-dynamodb.ts";

export type { CallDeps } from "./dynamodb/call-dynamodb.ts";

const CALL_TIMEOUT_MS = 30_000;
/** At most about six seconds of waiting in all: shorter than a task. */
const CALL: Backoff = { retries: 5, firstMs: 100, factor: 2, maxMs: 3_000 };

/** What is named in an error, and whose failures it is: the store's (S3 holds blobs) or those of another service. */
type Call<T> = {
  readonly service: string;
  readonly family: "aws" | "store";
  /** Whether a repeat of a call that may have been carried out changes nothing. */
  readonly isRepeatable: boolean;
  readonly send: (signal: AbortSignal) => Promise<T>;
};

/**
 * Makes a call to AWS, again with full jitter where that can help, and then throws `<family>.throttled` or
 * `<family>.unavailable`. A refusal (any other 4xx) passes through as the SDK threw it, for the caller to decide on.
 */
export async function callAws<T>(d: CallDeps, call: Call<T>): Promise<T> {
  const wait = d.wait ?? delay;
  for (let attempts = 1; ; attempts++) {
    try {
      return await call.send(AbortSignal.timeout(CALL_TIMEOUT_MS));
    } catch (cause) {
      const failure = failureOf(cause, call);
      if (failure === undefined) throw cause;
      const mayRepeat = failure.isThrottled || call.isRepeatable;
      const ms = mayRepeat ? delayMs(CALL, { attempts, random: d.random }) : undefined;
      if (ms === undefined) throw failure.exception;
      await wait(ms);
    }
  }
}

type Named = Pick<Call<unknown>, "service" | "family">;

/** Undefined for a refusal. */
function failureOf(cause: unknown, { service, family }: Named) {
  const kind = kindOf(cause);
  if (kind === "refused") return undefined;
  const isThrottled = kind === "throttled";
  const message = `${service} ${isThrottled ? "is busy" : "failed"}: ${nameOf(cause)}`;
  return { isThrottled, exception: new EphorException(ephorError(`${family}.${kind}`, message, { cause })) };
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html : what every service means by "slow down". */
const THROTTLED = new Set([
  "ThrottlingException",
  "ThrottledException",
  "Throttling",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
  "LimitExceededException",
  "SlowDown",
  "PriorRequestNotComplete",
]);
/** Refusals by status that pass by themselves: KMS and its callers answer 4xx or 5xx for them. */
const PASSING = new Set([
  "DependencyTimeoutException",
  "KMSInternalException",
  "KeyUnavailableException",
  "RequestTimeout",
]);

function kindOf(cause: unknown): "throttled" | "unavailable" | "refused" {
  const [name, status] = [nameOf(cause), statusOf(cause)];
  if (THROTTLED.has(name) || status === 429) return "throttled";
  // Without a status no answer came: a time-out, a reset, a name that did not resolve.
  return status === undefined || status >= 500 || PASSING.has(name) ? "unavailable" : "refused";
}

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "Error");
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message.slice(0, 300) : String(error);

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}
