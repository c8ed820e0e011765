import { setTimeout as sleepFor } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { ok } from "@ephor/domain/result";
import { parseDefinition } from "./parse/parse-definition.ts";
import type { WorkerAnswer, WorkerNews, WorkflowRequest } from "./run-in-worker.ts";
import { runWorkflow } from "./run-workflow.ts";

/*
 * The process in which definitions handed in by a user run, one at a time. `run-in-worker.ts` starts it, watches it and
 * kills it where it hangs.
 */

const tell = (news: WorkerNews): boolean | undefined => process.send?.(news);

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

// Whoever would have killed this process may be gone itself: a thread sees that while an expression hangs here.
const WATCH = `
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.kill(process.pid, "SIGKILL"), 1000);
`;
new Worker(WATCH, { eval: true }).unref();

process.on("message", (request: WorkflowRequest) => {
  tell({ kind: "awake" });
  answer(request).then((told) => tell({ kind: "done", answer: told }));
});
process.on("disconnect", () => process.exit());
