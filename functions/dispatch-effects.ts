import { dispatchEffectsTask } from "@ephor/tasks/tasks/dispatch-effects";
import { tenantsIn } from "./support/config.ts";
import { effects } from "./support/effects.ts";
import { taskHandler } from "./support/task.ts";

const carryOut = effects();
export const handler = taskHandler({ name: "dispatch-effects", task: dispatchEffectsTask }, async (given) => ({
  ...given,
  ...(await carryOut(given)),
  tenants: tenantsIn(given.config),
}));
