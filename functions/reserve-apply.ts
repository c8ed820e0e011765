import { remediation } from "@ephor/remediations/catalogue";
import { table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
export const handler = taskHandler("reserve-apply", (given) => ({ ...given, store, remediations: remediation }));
