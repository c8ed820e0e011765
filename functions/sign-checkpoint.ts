import { tenantsIn } from "./support/config.ts";
import { ledgerKey, table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { ledger, settle } = table();
const signerFor = ledgerKey();
export const handler = taskHandler("sign-checkpoint", async (given) => ({
  ...given,
  ...{ ledger, settle, signer: await signerFor(given.config), tenants: tenantsIn(given.config) },
}));
