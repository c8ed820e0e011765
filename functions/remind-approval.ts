import { remindApprovalTask } from "@ephor/tasks/tasks/remind-approval";
import { table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
export const handler = taskHandler({ name: "remind-approval", task: remindApprovalTask }, (given) => ({
  ...given,
  store,
}));
