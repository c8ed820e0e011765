import { planRemediationTask } from "@ephor/tasks/tasks/plan-remediation";
import { table } from "./support/parts.ts";
import { remediating } from "./support/remediation.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
const accessFor = remediating();
export const handler = taskHandler({ name: "plan-remediation", task: planRemediationTask }, (given) => ({
  ...given,
  ...{ store, ...accessFor(given.config) },
}));
