import type { Json } from "@ephor/domain/json";
import { laterThan, withActivity } from "./branches.ts";
import type { Definition } from "./definition.ts";
import {
  dropWithin,
  endIteration,
  endParallelBranch,
  failureOutput,
  mapping,
  startBranches,
  startIteration,
} from "./fold-branches.ts";
import type { HistoryEvent, HistoryEventOf } from "./history.ts";
import type { Activity, Branch, StatePosition, TaskActivity } from "./types.ts";

type Folding = {
  readonly definition: Definition;
  readonly branches: Map<string, Branch>;
  readonly event: HistoryEvent;
};

/** What `event` changes in where its branch stands, and which branches live. */
export function foldActivity({ definition, branches, event }: Folding): void {
  switch (event.type) {
    case "PassStateEntered":
    case "TaskStateEntered":
    case "ChoiceStateEntered":
    case "SucceedStateEntered":
    case "FailStateEntered":
    case "ParallelStateEntered":
    case "MapStateEntered":
      enter(branches, event, { kind: "entered" });
      break;
    case "WaitStateEntered":
      enter(branches, event, waiting(event));
      break;
    case "PassStateExited":
    case "TaskStateExited":
    case "ChoiceStateExited":
    case "WaitStateExited":
    case "SucceedStateExited":
    case "ParallelStateExited":
    case "MapStateExited":
      exit(branches, event);
      break;
    case "TaskScheduled":
      act(branches, event, (at) => running(event, at));
      break;
    case "ParallelStateStarted":
      startBranches({ definition, branches, event });
      act(branches, event, () => ({ kind: "parallel", startedEventId: event.id, results: new Map() }));
      break;
    case "MapStateStarted":
      act(branches, event, () => mapping(event));
      break;
    case "MapIterationStarted":
      startIteration(branches, event);
      break;
    case "MapIterationSucceeded":
      endIteration(branches, event, event.details.output);
      break;
    case "MapIterationFailed":
      endIteration(branches, event, failureOutput(event.details));
      break;
    case "ParallelStateFailed":
    case "MapStateFailed":
      dropWithin(branches, event.branch);
      act(branches, event, () => ({ kind: "entered" }));
      break;
    case "TaskSucceeded":
    case "TaskFailed":
    case "TaskTimedOut":
    case "EvaluationFailed":
    case "ParallelStateSucceeded":
    case "MapStateSucceeded":
      act(branches, event, () => ({ kind: "entered" }));
      break;
    default:
      // TaskStarted and the aborted ones change nothing here: the failure that follows drops the branch.
      break;
  }
}

type EnteredEvent = Extract<HistoryEvent, { details: { name: string; input: Json } }>;

function enter(
  branches: Map<string, Branch>,
  event: Exclude<EnteredEvent, { type: "MapIterationStarted" }>,
  activity: Activity,
): void {
  const branch = branches.get(event.branch);
  if (branch === undefined) return;
  const { name, input } = event.details;
  const at: StatePosition = {
    name,
    input,
    enteredEventId: event.id,
    enteredAt: event.timestamp,
    retries: [],
    activity,
  };
  branches.set(branch.id, { ...branch, at });
}

function waiting({ id, details }: HistoryEventOf<"WaitStateEntered">): Activity {
  if (details.until === undefined) return { kind: "entered" };
  return { kind: "waiting", timer: { kind: "start-timer", timerId: `wait-${id}`, at: details.until } };
}

type ExitedEvent = Extract<HistoryEvent, { type: `${string}StateExited` }>;

function exit(branches: Map<string, Branch>, { branch: id, details }: ExitedEvent): void {
  const branch = branches.get(id);
  if (branch === undefined) return;
  const { at: _left, ...rest } = branch;
  branches.set(id, { ...rest, variables: { ...branch.variables, ...details.assigned } });
  if (details.next === undefined) endParallelBranch(branches, branch, details.output);
}

function act(branches: Map<string, Branch>, event: HistoryEvent, activity: (at: StatePosition) => Activity): void {
  const branch = branches.get(event.branch);
  if (branch?.at !== undefined) branches.set(branch.id, withActivity(branch, branch.at, activity(branch.at)));
}

function running({ id, timestamp, details }: HistoryEventOf<"TaskScheduled">, at: StatePosition): TaskActivity {
  const { taskId, resource, parameters, taskToken, timeoutInSeconds, heartbeatInSeconds } = details;
  const timer = (name: string, seconds: number) =>
    ({ kind: "start-timer", timerId: `${name}-${id}`, at: laterThan(timestamp, seconds) }) as const;
  return {
    kind: "task",
    task: {
      kind: "invoke-task",
      taskId,
      stateName: at.name,
      resource,
      arguments: parameters,
      ...(taskToken === undefined ? {} : { taskToken }),
      ...(timeoutInSeconds === undefined ? {} : { timeoutSeconds: timeoutInSeconds }),
      ...(heartbeatInSeconds === undefined ? {} : { heartbeatSeconds: heartbeatInSeconds }),
      retryCount: retryCountOf(at),
    },
    ...(timeoutInSeconds === undefined ? {} : { timeout: timer("timeout", timeoutInSeconds) }),
    ...(heartbeatInSeconds === undefined ? {} : { heartbeat: timer("heartbeat", heartbeatInSeconds) }),
  };
}

export const retryCountOf = (at: StatePosition): number => at.retries.reduce((total, tries) => total + tries, 0);
