import { setTimeout as sleepFor } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import { ok } from "@ephor/domain/result";
import { parseDefinition } from "./parse/parse-definition.ts";
import type { WorkerAnswer, WorkerNews, WorkflowRequest } from "./run-in-worker.ts";
import { runWorkflow } from "./run-workflow.ts";

/*
 * The thread in which definitions handed in by a user run: it can be killed, where a regular expression in this process
 * could not be interrupted. One run at a time.
 */

const tell = (news: WorkerNews): void => parentPort?.postMessage(news);

/** `definition` is unread: JSON text or JSON. */
async function answer({ definition, fast, ...request }: WorkflowRequest): Promise<WorkerAnswer> {
  const parsed = parseDefinition(definition);
  if (!parsed.ok) return parsed;
  const sleep = async (milliseconds: number): Promise<void> => {
    tell({ kind: "asleep" });
    await sleepFor(milliseconds);
    tell({ kind: "awake" });
  };
  const run = await runWorkflow({
    ...request,
    definition: parsed.value,
    sleep: fast ? undefined : sleep,
    onStep: (history) => tell({ kind: "step", history }),
  });
  const { history: _told, states: _states, ...outcome } = run;
  return ok(outcome);
}

parentPort?.on("message", (request: WorkflowRequest) => {
  tell({ kind: "awake" });
  answer(request).then((told) => tell({ kind: "done", answer: told }));
});
