import type { Folded } from "./fold.ts";
import type { Activity, Command, ExecutionState, InvokeTask, StartTimer } from "./types.ts";

export const EXECUTION_TIMER = "execution-timeout";

type Outstanding = ExecutionState["outstanding"];

/** What the execution waits for: the tasks and timers of its live branches, and its own timeout. */
export function withOutstanding(folded: Folded): ExecutionState {
  const commands: (InvokeTask | StartTimer)[] = [...folded.branches.values()].flatMap(({ at }) =>
    at === undefined ? [] : awaited(at.activity),
  );
  if (folded.deadline !== undefined && folded.outcome === undefined) {
    commands.push({ kind: "start-timer", timerId: EXECUTION_TIMER, at: folded.deadline });
  }
  return { ...folded, outstanding: new Map(commands.map((command) => [idOf(command), command])) };
}

function awaited(activity: Activity): (InvokeTask | StartTimer)[] {
  switch (activity.kind) {
    case "waiting":
    case "retrying":
      return [activity.timer];
    case "task":
      return [activity.task, activity.timeout, activity.heartbeat].filter((command) => command !== undefined);
    default:
      return [];
  }
}

const idOf = (command: InvokeTask | StartTimer): string =>
  command.kind === "invoke-task" ? command.taskId : command.timerId;

type Change = { readonly before: Outstanding; readonly after: ExecutionState; readonly answered: string | undefined };

/** What to carry out so that the world goes from `before` to `after`; `answered` needs no cancelling: it just came. */
export function commandsBetween({ before, after, answered }: Change): Command[] {
  const begun = [...after.outstanding].filter(([id, command]) => !sameCommand(before.get(id), command));
  const gone = [...before].filter(([id]) => !after.outstanding.has(id) && id !== answered);
  return [
    ...gone.map(([id, command]) => cancel(id, command)),
    ...begun.map(([, command]) => command),
    ...(after.outcome === undefined ? [] : [{ kind: "finish", ...after.outcome } as const]),
  ];
}

const sameCommand = (one: InvokeTask | StartTimer | undefined, other: InvokeTask | StartTimer): boolean =>
  one?.kind === "start-timer" && other.kind === "start-timer" ? one.at === other.at : one !== undefined;

const cancel = (id: string, { kind }: InvokeTask | StartTimer): Command =>
  kind === "invoke-task" ? { kind: "cancel-task", taskId: id } : { kind: "cancel-timer", timerId: id };
