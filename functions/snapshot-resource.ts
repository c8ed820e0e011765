import { snapshotResourceTask } from "@ephor/tasks/tasks/snapshot-resource";
import { table } from "./support/parts.ts";
import { remediating, sealer } from "./support/remediation.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
const accessFor = remediating();
const sealing = sealer();
export const handler = taskHandler({ name: "snapshot-resource", task: snapshotResourceTask }, (given) => ({
  ...given,
  ...{ store, sealer: sealing, ...accessFor(given.config) },
}));
