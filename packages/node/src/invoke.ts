import type { ExecutionLine } from "@ephor/app/items";
import type { Executions, StartExecution } from "@ephor/app/ports";
import { digestOf } from "@ephor/domain/ids";
import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import type { Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { TaskOutcome } from "@ephor/local/engine/types";

/** A task as a workflow asks for it. */
export type TaskRequest = { readonly taskId: string; readonly resource: string; readonly arguments: Json };
export type Requester = { readonly tenant: Tenant; readonly id: string; readonly correlationId: string };
export type InvokeDeps = {
  readonly runTask: (task: { name: string; payload: Json }) => Promise<Result<Json>>;
  readonly executions: Executions;
  /** The execution of that name once it has ended. */
  readonly ended: (of: { tenant: Tenant; workflow: string; name: string }) => Promise<ExecutionLine>;
};

const failed = (error: string, cause: string): TaskOutcome => ({ kind: "failed", error, cause });
const succeeded = (output: Json): TaskOutcome => ({ kind: "succeeded", output });

/**
 * The four integrations that shipped workflows may use (architecture rule 3), answered in the shapes Step Functions gives.
 * A definition on one node names tasks and workflows where AWS has ARNs.
 */
const INTEGRATIONS: Readonly<
  Record<string, (d: InvokeDeps, by: Requester, task: TaskRequest) => Promise<TaskOutcome>>
> = {
  "arn:aws:states:::lambda:invoke": invokeTask,
  "arn:aws:states:::lambda:invoke.waitForTaskToken": invokeTask,
  "arn:aws:states:::states:startExecution": startChild,
  "arn:aws:states:::states:startExecution.sync:2": runChild,
};

export async function invoke(d: InvokeDeps, by: Requester, task: TaskRequest): Promise<TaskOutcome> {
  const integration = Object.hasOwn(INTEGRATIONS, task.resource) ? INTEGRATIONS[task.resource] : undefined;
  return integration === undefined
    ? failed("States.Runtime", `no integration ${task.resource}`)
    : integration(d, by, task);
}

async function invokeTask(d: InvokeDeps, _by: Requester, { arguments: args }: TaskRequest): Promise<TaskOutcome> {
  const { FunctionName: name, Payload: payload = {} } = isJsonObject(args) ? args : {};
  if (typeof name !== "string") return failed("States.Runtime", "Arguments have no FunctionName");
  const result = await d.runTask({ name, payload });
  if (!result.ok) return failed(result.error.code, result.error.message);
  return succeeded({ ExecutedVersion: "$LATEST", Payload: result.value, StatusCode: 200 });
}

/** Without a name the child is named by its caller and task, so that a repeat after a crash is known. */
function childOf(by: Requester, task: TaskRequest): StartExecution | undefined {
  const args: JsonObject = isJsonObject(task.arguments) ? task.arguments : {};
  const { StateMachineArn: workflow, Name: name = `child-${digestOf([by.id, task.taskId])}`, Input: input = {} } = args;
  if (typeof workflow !== "string" || typeof name !== "string") return undefined;
  return { tenant: by.tenant, workflow, name, input, correlationId: by.correlationId };
}

async function startChild(d: InvokeDeps, by: Requester, task: TaskRequest): Promise<TaskOutcome> {
  const child = childOf(by, task);
  if (child === undefined) return failed("States.Runtime", "Arguments have no StateMachineArn");
  const started = await d.executions.start(child);
  if (started.ok) return succeeded({ ExecutionArn: started.value.id });
  const isRepeat = started.error.code === "execution.already-exists" && child.name.startsWith("child-");
  if (isRepeat) return succeeded({ ExecutionArn: child.name });
  const isName = started.error.code === "execution.already-exists";
  return failed(
    isName ? "StepFunctions.ExecutionAlreadyExistsException" : "StepFunctions.StateMachineDoesNotExistException",
    started.error.message,
  );
}

async function runChild(d: InvokeDeps, by: Requester, task: TaskRequest): Promise<TaskOutcome> {
  const child = childOf(by, task);
  if (child === undefined) return failed("States.Runtime", "Arguments have no StateMachineArn");
  const started = await d.executions.start(child);
  if (!started.ok && started.error.code !== "execution.already-exists") {
    return failed("StepFunctions.StateMachineDoesNotExistException", started.error.message);
  }
  const line = await d.ended(child);
  const told: JsonObject = {
    ExecutionArn: line.id,
    Input: line.input,
    Name: line.name,
    StartDate: line.startedAt,
    StateMachineArn: line.workflow,
    Status: line.status,
    StopDate: line.endedAt,
  };
  if (line.status === "SUCCEEDED") return succeeded({ ...told, Output: line.output });
  return failed("States.TaskFailed", JSON.stringify({ ...told, Error: line.error, Cause: line.cause }));
}
