import { isJsonObject, type JsonObject } from "@ephor/domain/json";

/**
 * What says nothing about the work itself: the store or Lambda was away, or a function's process was lost (Step Functions
 * Developer Guide, "Handling transient Lambda service exceptions"). Tasks are idempotent, so each is tried again.
 */
export const TRANSIENT_ERRORS = [
  "store.throttled",
  "store.unavailable",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.TooManyRequestsException",
  "Lambda.Unknown",
  "Runtime.ExitError",
  "Sandbox.Timedout",
] as const;
/** Names that stand for any of them. */
const ANY = ["States.ALL", "States.TaskFailed"];

/** The transient errors after which a Task state would not be tried again. */
export function untried(state: JsonObject): readonly string[] {
  const retriers = Array.isArray(state["Retry"]) ? state["Retry"] : [];
  const named = new Set(
    retriers.flatMap((one) => (isJsonObject(one) && Array.isArray(one["ErrorEquals"]) ? one["ErrorEquals"] : [])),
  );
  return ANY.some((name) => named.has(name)) ? [] : TRANSIENT_ERRORS.filter((name) => !named.has(name));
}
