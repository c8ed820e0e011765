import { expireApprovalTask } from "@ephor/tasks/tasks/expire-approval";
import { table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
export const handler = taskHandler({ name: "expire-approval", task: expireApprovalTask }, (given) => ({
  ...given,
  store,
}));
