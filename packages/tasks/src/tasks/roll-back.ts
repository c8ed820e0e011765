import { rollBack } from "@ephor/app/roll-back";
import type { ResourceDeps } from "@ephor/app/snapshot-resource";
import { defineTask } from "../define-task.ts";
import { ofPlan } from "../response-payload.ts";

export const rollBackTask = defineTask(ofPlan, async (d: ResourceDeps, { v: _, ...ref }) => rollBack(d, ref));
