import { remediation } from "@ephor/remediations/catalogue";
import { reserveApplyTask } from "@ephor/tasks/tasks/reserve-apply";
import { table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
export const handler = taskHandler({ name: "reserve-apply", task: reserveApplyTask }, (given) => ({
  ...given,
  store,
  remediations: remediation,
}));
