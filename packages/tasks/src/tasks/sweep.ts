import { expireExceptions } from "@ephor/app/change-exception";
import { ok } from "@ephor/domain/result";
import { defineTask } from "../define-task.ts";
import type { Tenants } from "../dependencies.ts";
import { askingDeps, type ExceptionTaskDeps } from "../exception-payload.ts";
import { jsonObject } from "../payloads.ts";

/** What is due by date: exceptions at their end. Approvals and waits have workflows of their own. */
export const sweepTask = defineTask(jsonObject, async (d: ExceptionTaskDeps & Tenants) => {
  const all = await Promise.all(d.tenants().map((one) => expireExceptions(askingDeps(d), one)));
  return ok({ expired: all.reduce((sum, { expired }) => sum + expired, 0) });
});
