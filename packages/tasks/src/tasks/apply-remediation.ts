import { applyRemediation } from "@ephor/app/apply-remediation";
import type { ResourceDeps } from "@ephor/app/snapshot-resource";
import { defineTask } from "../define-task.ts";
import { ofPlan } from "../response-payload.ts";

export const applyRemediationTask = defineTask(ofPlan, async (d: ResourceDeps, { v: _, ...ref }) =>
  applyRemediation(d, ref),
);
