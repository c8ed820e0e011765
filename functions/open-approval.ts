import { openApprovalTask } from "@ephor/tasks/tasks/open-approval";
import { table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
export const handler = taskHandler({ name: "open-approval", task: openApprovalTask }, (given) => ({ ...given, store }));
