import { type SignCheckpointDeps, signCheckpoint } from "@ephor/app/sign-checkpoint";
import { ok } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { defineTask } from "../define-task.ts";
import type { Tenants } from "../dependencies.ts";
import { jsonObject } from "../payloads.ts";

/** Gives waiting records their places, where the store does not do so in the commit itself (AWS). */
export type Settles = { readonly settle?: (tenant: Tenant) => Promise<unknown> };

export const signCheckpointTask = defineTask(jsonObject, async (d: SignCheckpointDeps & Tenants & Settles) => {
  const sizes = await Promise.all(
    d.tenants().map(async (one) => {
      await d.settle?.(one);
      return signCheckpoint(d, one);
    }),
  );
  return ok({ sizes: sizes.map((result) => (result.ok ? result.value.size : null)) });
});
