import type { ResourceDeps } from "@ephor/app/snapshot-resource";
import { verifyRemediation } from "@ephor/app/verify-remediation";
import { defineTask } from "../define-task.ts";
import { ofPlan } from "../response-payload.ts";

export const verifyRemediationTask = defineTask(ofPlan, async (d: ResourceDeps, { v: _, ...ref }) =>
  verifyRemediation(d, ref),
);
