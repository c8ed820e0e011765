import { tenantsIn } from "./support/config.ts";
import { blobs, table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";
import { workflows } from "./support/workflows.ts";

const parts = { store: table().store, blobs: blobs(), ...workflows() };
export const handler = taskHandler("dispatch-effects", (given) => ({
  ...given,
  ...parts,
  tenants: tenantsIn(given.config),
}));
