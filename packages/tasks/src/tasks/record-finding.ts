import { type RecordFindingDeps, recordFinding } from "@ephor/app/record-finding";
import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { executionId, seen, tenant, version } from "../payloads.ts";

export const recordFindingTask = defineTask(
  z.strictObject({ v: version, seen: seen.extend({ tenant }), correlationId: z.string(), executionId }),
  async (d: RecordFindingDeps, { seen, ...context }) => recordFinding(d, { ...seen, ...context }),
);
