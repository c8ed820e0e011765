import { assertNever } from "@ephor/domain/result";
import { laterThan, withActivity } from "./branches.ts";
import { EXECUTION_TIMER } from "./outstanding.ts";
import { type Pending, type Run, record, type Step, type Unrecorded } from "./run.ts";
import { runState } from "./states/enter-state.ts";
import type { Branch, Command, EngineEvent, StartTimer, TaskActivity } from "./types.ts";
import { tooLarge } from "./write.ts";

/** An ignored event changes nothing; `again` asks once more for a timer that fired before its time. */
export type Heard =
  | { readonly kind: "ignored"; readonly again: readonly Command[] }
  | { readonly kind: "heard"; readonly pending?: Pending };

const IGNORED: Heard = { kind: "ignored", again: [] };

/** Tells a running execution what the world says. What it no longer waits for is a repeat, and ignored. */
export async function hear(run: Run, event: EngineEvent): Promise<Heard> {
  if (run.state.outcome !== undefined) return IGNORED;
  switch (event.kind) {
    case "started":
      return IGNORED;
    case "task-succeeded":
      return onTask(run, event.taskId, (found) => succeed(run, found, event));
    case "task-failed": {
      const { error, cause } = event;
      const details = { error, ...(cause === undefined ? {} : { cause }) };
      return onTask(run, event.taskId, (found) => failTask(found, "TaskFailed", details));
    }
    case "task-heartbeat":
      return beat(run, event.taskId);
    case "timer-fired":
      return event.timerId === EXECUTION_TIMER ? timeOut(run) : fire(run, event.timerId);
    case "aborted": {
      const { error, cause } = event;
      const details = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
      record(run, { type: "ExecutionAborted", branch: "root", details });
      return { kind: "heard" };
    }
    default:
      return assertNever(event);
  }
}

type RunningTask = { readonly branch: Branch; readonly activity: TaskActivity };

function findTask(run: Run, taskId: string): RunningTask | undefined {
  for (const branch of run.state.branches.values()) {
    const activity = branch.at?.activity;
    if (activity?.kind === "task" && activity.task.taskId === taskId) return { branch, activity };
  }
  return undefined;
}

function onTask(run: Run, taskId: string, answer: (found: RunningTask) => Step): Heard {
  const found = findTask(run, taskId);
  if (found === undefined) return IGNORED;
  return { kind: "heard", pending: { branch: found.branch.id, step: answer(found) } };
}

type Succeeded = Extract<EngineEvent, { kind: "task-succeeded" }>;

function succeed(run: Run, found: RunningTask, { output }: Succeeded): Step {
  const { branch, activity } = found;
  const { resource, stateName } = activity.task;
  const excess = tooLarge(output, stateName);
  if (excess !== undefined) return failTask(found, "TaskFailed", excess);
  const state = run.definition.statesByName.get(stateName);
  if (state?.kind !== "Task") throw new Error(`${stateName} is not a Task of this definition`);
  record(run, { type: "TaskSucceeded", branch: branch.id, details: { resource, output } });
  return { kind: "leave", writes: state, fallback: output, seen: { result: output }, transition: state.transition };
}

type TaskFailure = { readonly error: string; readonly cause?: string };

function failTask({ branch, activity }: RunningTask, type: "TaskFailed" | "TaskTimedOut", failure: TaskFailure): Step {
  const event: Unrecorded = {
    type,
    branch: branch.id,
    details: { resource: activity.task.resource, ...failure },
  };
  return { kind: "fail", failure, events: [event] };
}

/** A heartbeat moves its own deadline and is no part of history. */
function beat(run: Run, taskId: string): Heard {
  const found = findTask(run, taskId);
  const { heartbeat, task } = found?.activity ?? {};
  if (found?.branch.at === undefined || heartbeat === undefined || task?.heartbeatSeconds === undefined) return IGNORED;
  const moved = { ...heartbeat, at: laterThan(run.at, task.heartbeatSeconds) };
  const branch = withActivity(found.branch, found.branch.at, { ...found.activity, heartbeat: moved });
  run.state = { ...run.state, branches: new Map(run.state.branches).set(branch.id, branch) };
  return { kind: "heard" };
}

function timeOut(run: Run): Heard {
  const { deadline } = run.state;
  if (deadline === undefined) return IGNORED;
  if (run.at < deadline) return again({ kind: "start-timer", timerId: EXECUTION_TIMER, at: deadline });
  record(run, { type: "ExecutionTimedOut", branch: "root", details: { error: "States.Timeout" } });
  return { kind: "heard" };
}

const again = (timer: StartTimer): Heard => ({ kind: "ignored", again: [timer] });

async function fire(run: Run, timerId: string): Promise<Heard> {
  for (const branch of run.state.branches.values()) {
    const activity = branch.at?.activity;
    if (activity?.kind === "task") {
      const heard = fireTaskTimer(run, { branch, activity }, timerId);
      if (heard !== undefined) return heard;
    }
    if ((activity?.kind === "waiting" || activity?.kind === "retrying") && activity.timer.timerId === timerId) {
      return run.at < activity.timer.at ? again(activity.timer) : resume(run, branch);
    }
  }
  return IGNORED;
}

function fireTaskTimer(run: Run, found: RunningTask, timerId: string): Heard | undefined {
  const { timeout, heartbeat } = found.activity;
  const timer = [timeout, heartbeat].find((candidate) => candidate?.timerId === timerId);
  if (timer === undefined) return undefined;
  if (run.at < timer.at) return again(timer);
  const error = timer === timeout ? "States.Timeout" : "States.HeartbeatTimeout";
  return { kind: "heard", pending: { branch: found.branch.id, step: failTask(found, "TaskTimedOut", { error }) } };
}

/** A wait is over, or a retry is due: the state goes on from where it stood. */
async function resume(run: Run, { id, at }: Branch): Promise<Heard> {
  const state = run.definition.statesByName.get(at?.name ?? "");
  if (at === undefined || state === undefined) return IGNORED;
  return { kind: "heard", pending: { branch: id, step: await runState({ run, branch: id, at }, state) } };
}
