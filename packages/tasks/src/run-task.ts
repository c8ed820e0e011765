import type { Log } from "@ephor/app/ports";
import { EphorException, ephorError } from "@ephor/domain/error";
import type { Json } from "@ephor/domain/json";
import { err, type Result } from "@ephor/domain/result";
import { type TaskDeps, tasks } from "./registry.ts";

/**
 * Runs a task by name, as a Lambda does on AWS: parses, runs, maps what is thrown to a closed code (architecture rule 4).
 * The code is the ASL error name. Anything unforeseen is `internal`, its detail in the log only.
 */
export async function runTask(
  d: TaskDeps & { log: Log },
  { name, payload }: { name: string; payload: Json },
): Promise<Result<Json>> {
  const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (task === undefined) return err(ephorError("task.unknown", `no task ${name}`));
  return runSafely(d.log, { name, run: () => task.run(d, payload) });
}

/** What `run` gives, or the closed code of what it throws. */
export async function runSafely(
  log: Log,
  { name, run }: { name: string; run: () => Promise<Result<Json>> },
): Promise<Result<Json>> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof EphorException) return err(cause.error);
    log.error("task.broke", { task: name, error: cause });
    return err(ephorError("internal", `task ${name} broke; its log line has the reason`));
  }
}
