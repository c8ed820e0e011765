import type { Clock, Random } from "@ephor/app/ports";
import type { Json } from "@ephor/domain/json";
import type { Timers } from "../timers/timers.ts";
import { advance } from "./advance.ts";
import type { Definition } from "./definition.ts";
import type { ExecutionIdentity } from "./history.ts";
import { LIMITS } from "./limits.ts";
import type { Command, EngineEvent, ExecutionState, InvokeTask, Outcome, TaskOutcome } from "./types.ts";

/** A task to run. `signal` is aborted when its answer is no longer waited for. */
export type TaskCall = Omit<InvokeTask, "kind"> & { readonly signal: AbortSignal };

export type ExpressOptions = {
  readonly definition: Definition;
  readonly input: Json;
  readonly identity: ExecutionIdentity;
  readonly invoke: (call: TaskCall) => Promise<TaskOutcome>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
};

/** How the run ended. `startedAt`, `endedAt`: RFC 3339. An Express execution keeps no history. */
export type ExpressRun = Outcome & { readonly startedAt: string; readonly endedAt: string };

/**
 * Runs an Express execution in memory to its end, five minutes at most. Nothing of it outlives the process: whoever asked
 * runs it again from the start, so its tasks must bear a repeat (architecture rule 3).
 */
export async function runExpress(options: ExpressOptions): Promise<ExpressRun> {
  const { identity, input, clock } = options;
  const timeoutSeconds = Math.min(options.definition.timeoutSeconds ?? LIMITS.expressSeconds, LIMITS.expressSeconds);
  const definition = { ...options.definition, timeoutSeconds };
  const world = expressWorld(options);
  const startedAt = clock.now();
  let at: string = startedAt;
  let state: ExecutionState | undefined;
  let news: News = { kind: "started", identity, input };
  for (;;) {
    const now = clock.now();
    // A clock set back must not let time run backwards inside an execution.
    if (now > at) at = now;
    const event = { ...news, at, entropy: Buffer.from(options.random.bytes(32)).toString("hex") };
    const step = await advance(definition, state, event);
    state = step.state;
    for (const command of step.commands) world.carryOut(command, at);
    if (state.outcome !== undefined) return { ...state.outcome, startedAt, endedAt: at };
    news = await world.next();
  }
}

/** An engine event before it is stamped. */
type News = EngineEvent extends infer Event
  ? Event extends EngineEvent
    ? Omit<Event, "at" | "entropy">
    : never
  : never;

function expressWorld({ invoke, timers }: Pick<ExpressOptions, "invoke" | "timers">) {
  const heard: News[] = [];
  let wake: (() => void) | undefined;
  const running = new Map<string, () => void>();

  function tell(news: News): void {
    heard.push(news);
    wake?.();
  }

  async function run({ kind: _kind, ...call }: InvokeTask, signal: AbortSignal): Promise<void> {
    const { taskId } = call;
    try {
      const outcome = await invoke({ ...call, signal });
      if (outcome.kind === "succeeded") return tell({ kind: "task-succeeded", taskId, output: outcome.output });
      tell({ kind: "task-failed", taskId, error: outcome.error, cause: outcome.cause });
    } catch (problem) {
      tell({ kind: "task-failed", taskId, error: "States.TaskFailed", cause: String(problem).slice(0, 1_000) });
    }
  }

  function carryOut(command: Command, at: string): void {
    switch (command.kind) {
      case "invoke-task": {
        const controller = new AbortController();
        running.set(command.taskId, () => controller.abort());
        void run(command, controller.signal);
        break;
      }
      case "start-timer": {
        const { timerId } = command;
        stop(timerId);
        const cancel = timers.after(Date.parse(command.at) - Date.parse(at), () =>
          tell({ kind: "timer-fired", timerId }),
        );
        running.set(timerId, cancel);
        break;
      }
      case "cancel-task":
        stop(command.taskId);
        break;
      case "cancel-timer":
        stop(command.timerId);
        break;
      default:
        break;
    }
  }

  function stop(id: string): void {
    running.get(id)?.();
    running.delete(id);
  }

  async function next(): Promise<News> {
    for (;;) {
      const news = heard.shift();
      if (news !== undefined) return news;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = undefined;
    }
  }

  return { carryOut, next };
}
