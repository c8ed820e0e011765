import { signCheckpointTask } from "@ephor/tasks/tasks/sign-checkpoint";
import { tenantsIn } from "./support/config.ts";
import { ledgerKey, table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { ledger, settle } = table();
const signerFor = ledgerKey();
export const handler = taskHandler({ name: "sign-checkpoint", task: signCheckpointTask }, async (given) => ({
  ...given,
  ...{ ledger, settle, signer: await signerFor(given.config), tenants: tenantsIn(given.config) },
}));
