import { tenantsIn } from "./support/config.ts";
import { effects } from "./support/effects.ts";
import { taskHandler } from "./support/task.ts";

const carryOut = effects();
export const handler = taskHandler("dispatch-effects", async (given) => ({
  ...given,
  ...(await carryOut(given)),
  tenants: tenantsIn(given.config),
}));
