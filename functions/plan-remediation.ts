import { table } from "./support/parts.ts";
import { remediating } from "./support/remediation.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
const accessFor = remediating();
export const handler = taskHandler("plan-remediation", (given) => ({
  ...given,
  ...{ store, ...accessFor(given.config) },
}));
