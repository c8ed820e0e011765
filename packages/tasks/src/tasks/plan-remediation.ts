import { planRemediation } from "@ephor/app/plan-remediation";
import type { PlanningDeps } from "@ephor/app/planning";
import type { Json } from "@ephor/domain/json";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { responseDecision } from "../payloads.ts";
import { ofResponse } from "../response-payload.ts";

export const planRemediationTask = defineTask(
  z.strictObject({
    ...ofResponse,
    attempt: z.int().min(1),
    decision: responseDecision,
    forcedBy: z.string().nullable(),
  }),
  async (d: PlanningDeps, { v: _, ...asked }) => {
    const planned = await planRemediation(d, asked);
    if (!planned.ok) return planned;
    const none = { planHash: null, terms: null, requester: "" };
    return ok({ ...none, ...planned.value } as unknown as Json);
  },
);
