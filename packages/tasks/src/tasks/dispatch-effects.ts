import { dispatchEffects, type EffectDeps } from "@ephor/app/dispatch-effects";
import { ok } from "@ephor/domain/result";
import { defineTask } from "../define-task.ts";
import type { Tenants } from "../dependencies.ts";
import { jsonObject } from "../payloads.ts";

export const dispatchEffectsTask = defineTask(jsonObject, async (d: EffectDeps & Tenants) => {
  const all = await Promise.all(d.tenants().map((one) => dispatchEffects(d, one)));
  return ok({ tried: all.reduce((sum, { tried }) => sum + tried, 0) });
});
