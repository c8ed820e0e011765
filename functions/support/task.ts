import type { Log } from "@ephor/app/ports";
import type { Config } from "@ephor/domain/config/config";
import type { Task } from "@ephor/tasks/define-task";
import { makeHandler } from "@ephor/tasks/handler";
import type { DepsOf, TaskName } from "@ephor/tasks/registry";
import { config } from "./config.ts";
import { machine } from "./machine.ts";
import { observe } from "./observe.ts";

/** What every function has besides what its task needs. */
type Given = typeof machine & { readonly log: Log; readonly config: Config; readonly retention: Config["retention"] };

/** The Lambda handler of a task: `deps` adds to time, chance, log and configuration what that task alone needs. */
export function taskHandler<N extends TaskName>(
  { name, task }: { readonly name: N; readonly task: Task<DepsOf<N>> },
  deps: (given: Given) => Promise<DepsOf<N>> | DepsOf<N>,
) {
  const instruments = observe(name);
  return makeHandler(
    {
      name,
      task,
      deps: async () => {
        const told = await config();
        return deps({ ...machine, log: instruments.log, config: told, retention: told.retention });
      },
    },
    instruments,
  );
}
