import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { captureLambdaHandler } from "@aws-lambda-powertools/tracer/middleware";
import { isCorrelationId } from "@ephor/domain/correlation";
import type { EphorError } from "@ephor/domain/error";
import { isJsonObject, type Json } from "@ephor/domain/json";
import { redactText } from "@ephor/domain/redact/redact-text";
import type { Result } from "@ephor/domain/result";
import middy from "@middy/core";
import type { Task } from "./define-task.ts";
import type { Instruments } from "./instruments.ts";
import { runSafely } from "./run-task.ts";

/** A Lambda handler; what it throws is named for ASL `Retry` and `Catch`. */
export type LambdaHandler<E, R> = (event: E, context: LambdaContext) => Promise<R>;
/** What Lambda says of an invocation, for the log. */
export type LambdaContext = {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
};

/**
 * The one handler a task has on AWS (architecture rule 4). `deps` is asked for once and kept when it succeeds, so that a
 * bucket or key that cannot be reached is an error by name, as a task's own is, and not a function that never starts.
 */
export function makeHandler<D>(
  of: { readonly name: string; readonly task: Task<D>; readonly deps: () => Promise<D> },
  instruments: Instruments,
): LambdaHandler<Json, Json> {
  const deps = once(of.deps);
  return observed(instruments, async (payload: Json) => {
    const { name, task } = of;
    const run = async () => task.run(await deps(), payload);
    return resultOf(await runSafely(instruments.log, { name, run }), instruments);
  });
}

/** `handle` with logger and tracer around it; log lines carry the correlation id of the payload. */
export function observed<E, R>({ logger, tracer }: Instruments, handle: (event: E) => Promise<R>): LambdaHandler<E, R> {
  const handler = middy(async (event: E): Promise<R> => {
    const id = isJsonObject(event) ? event["correlationId"] : undefined;
    if (isCorrelationId(id)) logger.appendKeys({ correlation_id: id });
    return handle(event);
  })
    .use(injectLambdaContext(logger, { resetKeys: true }))
    // Payloads hold evidence: they are not for the trace.
    .use(captureLambdaHandler(tracer, { captureResponse: false }));
  return (event, context) => handler(event, context);
}

/** Runs `make` until it succeeds, and gives what it gave ever after. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => {
    made ??= make();
    try {
      return await made;
    } catch (cause) {
      made = undefined;
      throw cause;
    }
  };
}

function resultOf(result: Result<Json>, { metrics }: Instruments): Json {
  if (result.ok) return result.value;
  metrics.addMetric("TaskErrors", MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
  throw asThrown(result.error);
}

/** The error as Step Functions sees it: named by its code, with its message as the cause and nothing of what caused it. */
function asThrown({ code, message }: EphorError): Error {
  const thrown = new Error(redactText(message));
  thrown.name = code;
  return thrown;
}
