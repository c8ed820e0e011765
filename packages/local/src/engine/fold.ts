import type { Definition } from "./definition.ts";
import { foldActivity } from "./fold-activity.ts";
import type { HistoryEvent, HistoryEventOf, RetryDecision } from "./history.ts";
import type { Branch, ExecutionState, Outcome } from "./types.ts";

/** The state while events are folded: `outstanding` is gathered once, at the end. */
export type Folded = Omit<ExecutionState, "outstanding">;

/** The state after `event`. The one place where history becomes state: `advance` and `restore` both come through here. */
export function fold(definition: Definition, state: Folded | undefined, event: HistoryEvent): Folded {
  if (event.type === "ExecutionStarted") return begin(event);
  if (state === undefined) throw new Error(`a history begins with ExecutionStarted, not ${event.type}`);
  const outcome = outcomeOf(event);
  if (outcome !== undefined) return { ...state, lastEventId: event.id, branches: new Map(), outcome };
  const branches = new Map(state.branches);
  foldActivity({ definition, branches, event });
  const branch = branches.get(event.branch);
  if (branch !== undefined) branches.set(event.branch, { ...withRetry(branch, event), lastEventId: event.id });
  return { ...state, lastEventId: event.id, branches };
}

function begin({ id, timestamp, branch, details }: HistoryEventOf<"ExecutionStarted">): Folded {
  const { input, deadline, ...identity } = details;
  return {
    identity,
    input,
    startedAt: timestamp,
    lastEventId: id,
    ...(deadline === undefined ? {} : { deadline }),
    branches: new Map([[branch, { id: branch, lastEventId: id, variables: {} }]]),
  };
}

function outcomeOf(event: HistoryEvent): Outcome | undefined {
  switch (event.type) {
    case "ExecutionSucceeded":
      return { status: "SUCCEEDED", output: event.details.output };
    case "ExecutionFailed":
      return { status: "FAILED", ...event.details };
    case "ExecutionTimedOut":
      return { status: "TIMED_OUT", ...event.details };
    case "ExecutionAborted":
      return { status: "ABORTED", ...event.details };
    default:
      return undefined;
  }
}

function withRetry(branch: Branch, event: HistoryEvent): Branch {
  if (event.retry === undefined || branch.at === undefined) return branch;
  const { retrier, at } = event.retry;
  return {
    ...branch,
    at: {
      ...branch.at,
      retries: triesWith(branch.at.retries, event.retry),
      activity: { kind: "retrying", timer: { kind: "start-timer", timerId: `retry-${event.id}.${retrier}`, at } },
    },
  };
}

function triesWith(retries: readonly number[], { retrier }: RetryDecision): readonly number[] {
  const tries = Array.from({ length: Math.max(retries.length, retrier + 1) }, (_, index) => retries[index] ?? 0);
  tries[retrier] = (tries[retrier] ?? 0) + 1;
  return tries;
}
