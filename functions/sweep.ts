import { sweepTask } from "@ephor/tasks/tasks/sweep";
import { tenantsIn } from "./support/config.ts";
import { table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
export const handler = taskHandler({ name: "sweep", task: sweepTask }, (given) => ({
  ...given,
  store,
  tenants: tenantsIn(given.config),
}));
