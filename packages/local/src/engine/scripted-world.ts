import { isJsonObject, type Json } from "@ephor/domain/json";
import { drawsFrom } from "./draws.ts";
import type { Command, EngineEvent, InvokeTask, StartTimer } from "./types.ts";

/** What a scripted task gives: its result as it is, or its failure. */
export type TaskAnswer = { readonly output: Json } | { readonly error: string; readonly cause?: string };

/** Answers by Resource ARN or FunctionName, in the order they are asked for. */
export type TaskAnswers = Readonly<Record<string, readonly TaskAnswer[]>>;

type World = {
  /** The event that comes next: a task's answer at once, else the earliest timer, its clock moved on. */
  readonly next: () => Promise<EngineEvent>;
  readonly carryOut: (command: Command) => void;
  /** Stamps an event with the world's time and fresh entropy. */
  readonly stamp: () => { readonly at: string; readonly entropy: string };
};

type WorldOptions = {
  readonly tasks: TaskAnswers;
  readonly now: string;
  readonly entropy: string;
  readonly sleep: ((milliseconds: number) => Promise<void>) | undefined;
};

/** A world of scripted tasks and a clock that moves from timer to timer, waiting for real where `sleep` is given. */
export function scriptedWorld({ tasks, now, entropy, sleep }: WorldOptions): World {
  const draws = drawsFrom(entropy);
  const asked: InvokeTask[] = [];
  const timers = new Map<string, string>();
  const answer = answersFrom(tasks);
  let at = now;
  const stamp = () => ({ at, entropy: draws.bytes(32).toString("hex") });

  return {
    stamp,
    async next() {
      const task = asked.shift();
      if (task !== undefined) return { ...stamp(), ...answer(task) };
      const [timerId, due] = earliest(timers);
      if (due > at) {
        await sleep?.(Date.parse(due) - Date.parse(at));
        at = due;
      }
      timers.delete(timerId);
      return { ...stamp(), kind: "timer-fired", timerId };
    },
    carryOut(command) {
      if (command.kind === "invoke-task") asked.push(command);
      if (command.kind === "start-timer") timers.set(command.timerId, command.at);
      if (command.kind === "cancel-timer") timers.delete(command.timerId);
      if (command.kind === "cancel-task") forget(asked, command.taskId);
    },
  };
}

function forget(asked: InvokeTask[], taskId: string): void {
  const index = asked.findIndex((task) => task.taskId === taskId);
  if (index >= 0) asked.splice(index, 1);
}

function earliest(timers: ReadonlyMap<StartTimer["timerId"], string>): readonly [string, string] {
  const [first] = [...timers].sort(([, one], [, other]) => (one < other ? -1 : Number(one > other)));
  if (first === undefined) throw new Error("a running execution waits for a task or a timer");
  return first;
}

type Answered =
  | { readonly kind: "task-succeeded"; readonly taskId: string; readonly output: Json }
  | { readonly kind: "task-failed"; readonly taskId: string; readonly error: string; readonly cause?: string };

function answersFrom(tasks: TaskAnswers): (task: InvokeTask) => Answered {
  const taken = new Map<string, number>();
  return ({ taskId, resource, arguments: given }) => {
    const named = isJsonObject(given) && typeof given["FunctionName"] === "string" ? given["FunctionName"] : undefined;
    const key = named !== undefined && Object.hasOwn(tasks, named) ? named : resource;
    const index = taken.get(key) ?? 0;
    taken.set(key, index + 1);
    const answer = Object.hasOwn(tasks, key) ? tasks[key]?.[index] : undefined;
    if (answer === undefined) return { kind: "task-failed", taskId, ...unanswered(named ?? resource, index) };
    return "output" in answer
      ? { kind: "task-succeeded", taskId, output: answer.output }
      : { kind: "task-failed", taskId, ...answer };
  };
}

const unanswered = (task: string, index: number) => ({
  error: "States.TaskFailed",
  cause: `No answer is given for call ${index + 1} of ${task}: add one to "tasks" under its Resource or FunctionName.`,
});
