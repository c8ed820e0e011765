import { Worker } from "node:worker_threads";
import type { Json } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Timers } from "../timers/timers.ts";
import type { HistoryEvent } from "./history.ts";
import type { DefinitionError } from "./parse/parse-definition.ts";
import { statesLeft, type WorkflowRun, type WorkflowRunOptions } from "./run-workflow.ts";
import type { Outcome } from "./types.ts";

/** A run asked for by a user: `definition` is JSON text or JSON, not yet read. `fast` lets waits pass at once. */
export type WorkflowRequest = Pick<WorkflowRunOptions, "input" | "name" | "tasks" | "now" | "entropy"> & {
  readonly definition: Json;
  readonly fast: boolean;
};

export type WorkerAnswer = Result<Outcome, DefinitionError>;
export type WorkerNews =
  | { readonly kind: "step"; readonly history: readonly HistoryEvent[] }
  | { readonly kind: "asleep" }
  | { readonly kind: "awake" }
  | { readonly kind: "done"; readonly answer: WorkerAnswer };

export type WorkflowWorkerOptions = {
  readonly timers: Timers;
  /** The longest the thread may work without a step done, waits left out; then it is killed. */
  readonly stepSeconds?: number;
  /** The thread's heap; beyond it the thread is killed. */
  readonly heapMb?: number;
  /** The worker's module: a bundle names its own. */
  readonly url?: URL;
};

export type WorkflowWorker = {
  /** Runs one definition after another. A killed thread fails that run with States.Runtime, what it did so far kept. */
  readonly run: (request: WorkflowRequest) => Promise<Result<WorkflowRun, DefinitionError>>;
  readonly close: () => Promise<void>;
};

const WORKER = new URL("./workflow-worker.ts", import.meta.url);

/**
 * Runs definitions of unknown origin in a thread that can be killed: JSONata's own guards cannot interrupt a regular
 * expression. The thread is kept between runs and replaced after a kill. Runs are taken one at a time.
 */
export function workflowWorker(options: WorkflowWorkerOptions): WorkflowWorker {
  const { timers, stepSeconds = 10, heapMb = 256, url = WORKER } = options;
  let thread: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const open = (): Worker => new Worker(url, { resourceLimits: { maxOldGenerationSizeMb: heapMb } });

  async function runNow(request: WorkflowRequest): Promise<Result<WorkflowRun, DefinitionError>> {
    thread ??= open();
    const history: HistoryEvent[] = [];
    const ended = await watch({ thread, request, timers, stepSeconds, history });
    if (ended.kind === "answered") {
      return ended.answer.ok
        ? ok({ ...ended.answer.value, states: statesLeft(history), history })
        : err(ended.answer.error);
    }
    await thread.terminate();
    thread = undefined;
    const failure = { error: "States.Runtime", cause: ended.cause };
    history.push(failedAfter(history, failure, request.now));
    return ok({ status: "FAILED", ...failure, states: statesLeft(history), history });
  }

  return {
    run(request) {
      const run = last.then(() => runNow(request));
      last = run.catch(() => undefined);
      return run;
    },
    async close() {
      await thread?.terminate();
      thread = undefined;
    },
  };
}

type Ended =
  | { readonly kind: "answered"; readonly answer: WorkerAnswer }
  | { readonly kind: "killed"; readonly cause: string };
type Watched = {
  readonly thread: Worker;
  readonly request: WorkflowRequest;
  readonly timers: Timers;
  readonly stepSeconds: number;
  readonly history: HistoryEvent[];
};

/** Hands the request over and waits for its end, or for the thread to stand still or die. */
function watch({ thread, request, timers, stepSeconds, history }: Watched): Promise<Ended> {
  return new Promise((resolve) => {
    const tooSlow = `stopped after ${stepSeconds} seconds in one step: an expression or regular expression does not end`;
    const giveUp = (): void => end({ kind: "killed", cause: tooSlow });
    // Not before the thread says that it is up: loading its modules is no step.
    let cancel = (): void => undefined;

    function onNews(news: WorkerNews): void {
      cancel();
      if (news.kind === "step") history.push(...news.history);
      if (news.kind === "done") end({ kind: "answered", answer: news.answer });
      if (news.kind === "step" || news.kind === "awake") cancel = timers.after(stepSeconds * 1_000, giveUp);
    }
    const onError = (problem: Error): void => end({ kind: "killed", cause: `stopped: ${problem.message}` });
    const onExit = (): void => end({ kind: "killed", cause: "stopped: its thread ended" });

    function end(ended: Ended): void {
      cancel();
      thread.off("message", onNews).off("error", onError).off("exit", onExit);
      resolve(ended);
    }

    thread.on("message", onNews).on("error", onError).on("exit", onExit);
    thread.postMessage(request);
  });
}

function failedAfter(
  history: readonly HistoryEvent[],
  details: { error: string; cause: string },
  now: string,
): HistoryEvent {
  const last = history.at(-1);
  return {
    id: (last?.id ?? 0) + 1,
    previousEventId: last?.id ?? 0,
    type: "ExecutionFailed",
    timestamp: last?.timestamp ?? now,
    branch: "root",
    details,
  };
}
