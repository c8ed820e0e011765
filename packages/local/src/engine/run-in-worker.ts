import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
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
  /** The longest the worker may work without a step done, waits left out; then it is killed. */
  readonly stepSeconds?: number;
  /** The worker's heap; beyond it the worker dies. */
  readonly heapMb?: number;
  /** The worker's module: a bundle names its own. */
  readonly url?: URL;
};

export type WorkflowWorker = {
  /** Runs one definition after another. A killed worker fails that run with States.Runtime, what it did so far kept. */
  readonly run: (request: WorkflowRequest) => Promise<Result<WorkflowRun, DefinitionError>>;
  readonly close: () => Promise<void>;
};

const WORKER = new URL("./workflow-worker.ts", import.meta.url);

/**
 * Runs definitions of unknown origin in a process that can be killed: nothing in this one can interrupt a regular
 * expression, and a thread that runs out of memory takes its whole process with it. The worker is kept between runs and
 * replaced after a kill. Runs are taken one at a time.
 */
export function workflowWorker(options: WorkflowWorkerOptions): WorkflowWorker {
  const { timers, stepSeconds = 10, heapMb = 256, url = WORKER } = options;
  let worker: ChildProcess | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const kill = (): boolean | undefined => worker?.kill("SIGKILL");

  function open(): ChildProcess {
    process.once("exit", kill);
    return fork(url, {
      execArgv: [`--max-old-space-size=${heapMb}`],
      env: {},
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
  }

  async function close(): Promise<void> {
    process.off("exit", kill);
    const closing = worker;
    worker = undefined;
    if (closing?.exitCode !== null || closing.signalCode !== null) return;
    closing.kill("SIGKILL");
    await once(closing, "exit");
  }

  async function runNow(request: WorkflowRequest): Promise<Result<WorkflowRun, DefinitionError>> {
    const isFresh = worker === undefined;
    worker ??= open();
    const history: HistoryEvent[] = [];
    const ended = await watch({ worker, request, timers, stepSeconds, heapMb, history });
    if (ended.kind === "answered") {
      const { answer } = ended;
      return answer.ok ? ok({ ...answer.value, states: statesLeft(history), history }) : err(answer.error);
    }
    await close();
    // A worker may die of what the run before left behind: this one has not begun.
    if (!ended.isBegun && !isFresh) return runNow(request);
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
    close,
  };
}

type Ended =
  | { readonly kind: "answered"; readonly answer: WorkerAnswer }
  | { readonly kind: "killed"; readonly cause: string; readonly isBegun: boolean };
type Watched = Required<Omit<WorkflowWorkerOptions, "url">> & {
  readonly worker: ChildProcess;
  readonly request: WorkflowRequest;
  readonly history: HistoryEvent[];
};

/** Hands the request over and waits for its end, or for the worker to stand still or die. */
function watch({ worker, request, timers, stepSeconds, heapMb, history }: Watched): Promise<Ended> {
  return new Promise((resolve) => {
    const tooSlow = `stopped after ${stepSeconds} seconds in one step: an expression or regular expression does not end`;
    let isBegun = false;
    const killed = (cause: string): void => end({ kind: "killed", cause, isBegun });
    const giveUp = (): void => killed(tooSlow);
    // Not before the worker says that it is up: loading its modules is no step.
    let cancel = (): void => undefined;

    function onNews(news: WorkerNews): void {
      cancel();
      isBegun = true;
      if (news.kind === "step") history.push(...news.history);
      if (news.kind === "done") end({ kind: "answered", answer: news.answer });
      if (news.kind === "step" || news.kind === "awake") cancel = timers.after(stepSeconds * 1_000, giveUp);
    }
    const onError = (problem: Error): void => killed(`stopped: ${problem.message}`);
    const onExit = (_code: number | null, signal: string | null): void => {
      const memory = `stopped: it needed more than ${heapMb} MB of memory`;
      killed(signal === "SIGKILL" ? "stopped: its worker was killed" : memory);
    };

    function end(ended: Ended): void {
      cancel();
      worker.off("message", onNews).off("error", onError).off("exit", onExit);
      resolve(ended);
    }

    worker.on("message", onNews).on("error", onError).on("exit", onExit);
    worker.send(request);
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
