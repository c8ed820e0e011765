import { decideExceptionTask } from "@ephor/tasks/tasks/decide-exception";
import { table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
export const handler = taskHandler({ name: "decide-exception", task: decideExceptionTask }, (given) => ({
  ...given,
  store,
}));
