import { rollBackTask } from "@ephor/tasks/tasks/roll-back";
import { table } from "./support/parts.ts";
import { remediating, sealer } from "./support/remediation.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
const accessFor = remediating();
const sealing = sealer();
export const handler = taskHandler({ name: "roll-back", task: rollBackTask }, (given) => ({
  ...given,
  ...{ store, sealer: sealing, ...accessFor(given.config) },
}));
