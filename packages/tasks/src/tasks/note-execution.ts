import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { defineTask } from "../define-task.ts";
import type { NotesRuns } from "../dependencies.ts";
import { jsonObject, run, tenant, version } from "../payloads.ts";

export const noteExecutionTask = defineTask(
  z.strictObject({ v: version, tenant, findings: z.array(jsonObject), correlationId: z.string(), run }),
  async (d: NotesRuns, { tenant, findings, correlationId, run }) => {
    const outcome = { status: "SUCCEEDED", error: null, cause: null, output: { findings } } as const;
    const noted = await d.noteRun?.({ tenant, run, correlationId, outcome });
    return noted === undefined || noted.ok ? ok({}) : noted;
  },
);
