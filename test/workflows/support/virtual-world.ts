import type { Json } from "@ephor/domain/json";
import { advance } from "@ephor/local/engine/advance";
import type { Definition } from "@ephor/local/engine/definition";
import type { HistoryEvent } from "@ephor/local/engine/history";
import { parseDefinition } from "@ephor/local/engine/parse/parse-definition";
import type { Command, EngineEvent, ExecutionState, InvokeTask, Outcome } from "@ephor/local/engine/types";

export const START = "2026-01-01T00:00:00.000Z";

/** What a task does: `afterSeconds` it answers, or never; meanwhile it beats at the given seconds. */
export type TaskScript = {
  readonly afterSeconds?: number;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly heartbeatsSeconds?: readonly number[];
};

export type VirtualRun = {
  readonly outcome: Outcome;
  readonly history: readonly HistoryEvent[];
  /** Seconds from the start at which each task was invoked. */
  readonly invokedAtSeconds: readonly number[];
  readonly invoked: readonly InvokeTask[];
  readonly cancelled: readonly string[];
  readonly endedAtSeconds: number;
};

export function definitionOf(source: Json): Definition {
  const parsed = parseDefinition(source);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

type Bare = EngineEvent extends infer E ? (E extends EngineEvent ? Omit<E, "at" | "entropy"> : never) : never;
type Due = { readonly atMs: number; readonly id: string; readonly event: Bare };

/** Runs a definition on a clock of its own; the n-th task invoked follows the n-th script, the last one all further. */
export async function runOnVirtualClock(
  source: Json,
  { tasks = [{}], input = {}, seed = "virtual" }: { tasks?: readonly TaskScript[]; input?: Json; seed?: string },
): Promise<VirtualRun> {
  const definition = definitionOf(source);
  let nowMs = Date.parse(START);
  let due: Due[] = [];
  const invoked: InvokeTask[] = [];
  const invokedAtSeconds: number[] = [];
  const cancelled: string[] = [];
  const seconds = () => (nowMs - Date.parse(START)) / 1_000;

  function carryOut(command: Command): void {
    switch (command.kind) {
      case "invoke-task":
        invokedAtSeconds.push(seconds());
        due.push(...answersOf(command, tasks[Math.min(invoked.length, tasks.length - 1)] ?? {}, nowMs));
        invoked.push(command);
        break;
      case "start-timer":
        due = due.filter(({ id }) => id !== command.timerId);
        due.push({
          atMs: Date.parse(command.at),
          id: command.timerId,
          event: { kind: "timer-fired", timerId: command.timerId },
        });
        break;
      case "cancel-task":
        cancelled.push(command.taskId);
        due = due.filter(({ id }) => id !== command.taskId);
        break;
      case "cancel-timer":
        cancelled.push(command.timerId);
        due = due.filter(({ id }) => id !== command.timerId);
        break;
      default:
        break;
    }
  }

  const history: HistoryEvent[] = [];
  let state: ExecutionState | undefined;
  let bare: Bare = { kind: "started", input, identity: IDENTITY };
  for (let count = 0; ; count += 1) {
    const event = { ...bare, at: new Date(nowMs).toISOString(), entropy: `${seed} ${count}` };
    const step = await advance(definition, state, event);
    state = step.state;
    history.push(...step.history);
    for (const command of step.commands) carryOut(command);
    if (state.outcome !== undefined) {
      return { outcome: state.outcome, history, invokedAtSeconds, invoked, cancelled, endedAtSeconds: seconds() };
    }
    due.sort((one, other) => one.atMs - other.atMs);
    const next = due.shift();
    if (next === undefined) throw new Error("nothing is due, and the execution has not ended");
    nowMs = Math.max(nowMs, next.atMs);
    bare = next.event;
  }
}

export const IDENTITY = {
  id: "arn:aws:states:local:000000000000:execution:test:one",
  name: "one",
  stateMachine: { id: "arn:aws:states:local:000000000000:stateMachine:test", name: "test" },
};

function answersOf({ taskId }: InvokeTask, script: TaskScript, nowMs: number): Due[] {
  const { afterSeconds, output = {}, error, cause, heartbeatsSeconds = [] } = script;
  const at = (afterSecondsHere: number, event: Bare): Due => ({
    atMs: nowMs + afterSecondsHere * 1_000,
    id: taskId,
    event,
  });
  const beats = heartbeatsSeconds.map((beat) => at(beat, { kind: "task-heartbeat", taskId }));
  if (afterSeconds === undefined) return beats;
  const answer: Bare =
    error === undefined
      ? { kind: "task-succeeded", taskId, output }
      : { kind: "task-failed", taskId, error, ...(cause === undefined ? {} : { cause }) };
  return [...beats, at(afterSeconds, answer)];
}
