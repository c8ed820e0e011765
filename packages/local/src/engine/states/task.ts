import type { Json } from "@ephor/domain/json";
import type { TaskState, Template } from "../definition.ts";
import { type Evaluated, evaluate, evaluateWhole, queryFailure, type Scope } from "../evaluate.ts";
import { LIMITS } from "../limits.ts";
import { nextEventId, record, type Step, type Visit } from "../run.ts";
import { scopeOf } from "../scope.ts";
import { tooLarge } from "../write.ts";
import { failEvaluation } from "./fail-evaluation.ts";

/** Schedules the task, again after each retry: arguments and timeouts are evaluated anew, as RetryCount has changed. */
export async function runTask(visit: Visit, state: TaskState): Promise<Step> {
  const { run, branch } = visit;
  const token = state.waitForTaskToken ? { taskToken: run.values.draws.bytes(32).toString("base64url") } : {};
  const asked = await evaluateRequest(visit, state, scopeOf(visit, token));
  if (!asked.ok) return failEvaluation(visit, asked.failure);
  const { resource } = state;
  const taskId = `task-${nextEventId(run)}`;
  record(run, { type: "TaskScheduled", branch, details: { taskId, resource, ...asked.value, ...token } });
  record(run, { type: "TaskStarted", branch, details: { resource } });
  return { kind: "wait" };
}

type Request = {
  readonly parameters: Json;
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
};

async function evaluateRequest({ at }: Visit, state: TaskState, scope: Scope): Promise<Evaluated<Request>> {
  const parameters: Evaluated = state.arguments
    ? await evaluate(state.arguments, scope)
    : { ok: true, value: at.input };
  if (!parameters.ok) return parameters;
  const excess = tooLarge(parameters.value, at.name);
  if (excess !== undefined) return { ok: false, failure: excess };
  const timeout = await seconds("TimeoutSeconds", state.timeoutSeconds, scope);
  if (!timeout.ok) return timeout;
  const heartbeat = await seconds("HeartbeatSeconds", state.heartbeatSeconds, scope);
  if (!heartbeat.ok) return heartbeat;
  if (heartbeat.value !== undefined && heartbeat.value >= (timeout.value ?? Number.POSITIVE_INFINITY)) {
    return queryFailure(scope, "HeartbeatSeconds", "The HeartbeatSeconds field must be smaller than TimeoutSeconds.");
  }
  return {
    ok: true,
    value: {
      parameters: parameters.value,
      ...(timeout.value === undefined ? {} : { timeoutInSeconds: timeout.value }),
      ...(heartbeat.value === undefined ? {} : { heartbeatInSeconds: heartbeat.value }),
    },
  };
}

async function seconds(
  field: string,
  template: Template | undefined,
  scope: Scope,
): Promise<Evaluated<number | undefined>> {
  if (template === undefined) return { ok: true, value: undefined };
  return evaluateWhole({ template, field, min: 1, max: LIMITS.seconds }, scope);
}
