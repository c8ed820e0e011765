import { coverFindingsTask } from "@ephor/tasks/tasks/cover-findings";
import { table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
export const handler = taskHandler({ name: "cover-findings", task: coverFindingsTask }, (given) => ({
  ...given,
  store,
}));
