import { type ResourceDeps, snapshotResource } from "@ephor/app/snapshot-resource";
import { defineTask } from "../define-task.ts";
import { ofPlan } from "../response-payload.ts";

export const snapshotResourceTask = defineTask(ofPlan, async (d: ResourceDeps, { v: _, ...ref }) =>
  snapshotResource(d, ref),
);
