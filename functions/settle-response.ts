import { settleResponseTask } from "@ephor/tasks/tasks/settle-response";
import { table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
export const handler = taskHandler({ name: "settle-response", task: settleResponseTask }, (given) => ({
  ...given,
  store,
}));
