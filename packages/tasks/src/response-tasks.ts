import { applyRemediation } from "@ephor/app/apply-remediation";
import { planRemediation } from "@ephor/app/plan-remediation";
import type { PlanningDeps } from "@ephor/app/planning";
import { type ReserveDeps, reserveApply } from "@ephor/app/reserve-apply";
import { rollBack } from "@ephor/app/roll-back";
import { settleResponse } from "@ephor/app/settle-response";
import { type ResourceDeps, snapshotResource } from "@ephor/app/snapshot-resource";
import { verifyRemediation } from "@ephor/app/verify-remediation";
import type { Config } from "@ephor/domain/config/config";
import { parseFindingId } from "@ephor/domain/ids";
import type { Json } from "@ephor/domain/json";
import { RESPONSE_ENDS, type ResponseEnd } from "@ephor/domain/response";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { defineTask } from "./define-task.ts";
import { branded, responseDecision, tenant, version } from "./payloads.ts";

/** What the steps of a response need. */
export type ResponseTaskDeps = PlanningDeps & ReserveDeps & ResourceDeps & { readonly config: Config };

const text = z.string();
const count = z.int().min(1);
const run = z.enum(["apply", "undo"]);
const isEnd = (value: unknown): value is ResponseEnd =>
  typeof value === "string" && Object.hasOwn(RESPONSE_ENDS, value);
const end = z.custom<ResponseEnd>(isEnd, "expected an end of a response");
const planHash = text.regex(/^[0-9a-f]{64}$/, "expected the hash of a plan");
const ofResponse = {
  v: version,
  tenant,
  findingId: branded(parseFindingId, "expected a finding id"),
  generation: count,
  executionId: text.min(1).max(2048),
  correlationId: text,
};
const ofPlan = z.strictObject({ ...ofResponse, planHash });

/** The steps of `respond` and `undo`. Answers hold every member they ever have: expressions find no absent ones. */
export const RESPONSE_TASKS = {
  "plan-remediation": defineTask(
    z.strictObject({ ...ofResponse, attempt: count, decision: responseDecision, forcedBy: text.nullable() }),
    async (d: PlanningDeps, { v: _, ...asked }) => {
      const planned = await planRemediation(d, asked);
      if (!planned.ok) return planned;
      const none = { planHash: null, terms: null, requester: "" };
      return ok({ ...none, ...planned.value } as unknown as Json);
    },
  ),

  "reserve-apply": defineTask(
    z.strictObject({ ...ofResponse, planHash, run, attempt: count }),
    async (d: ReserveDeps, { v: _, ...asked }) => {
      const reserved = await reserveApply(d, asked);
      return reserved.ok ? ok(reserved.value as unknown as Json) : reserved;
    },
  ),

  "snapshot-resource": defineTask(ofPlan, async (d: ResourceDeps, { v: _, ...ref }) => snapshotResource(d, ref)),

  "apply-remediation": defineTask(ofPlan, async (d: ResourceDeps, { v: _, ...ref }) => applyRemediation(d, ref)),

  "verify-remediation": defineTask(ofPlan, async (d: ResourceDeps, { v: _, ...ref }) => verifyRemediation(d, ref)),

  "roll-back": defineTask(ofPlan, async (d: ResourceDeps, { v: _, ...ref }) => rollBack(d, ref)),

  "settle-response": defineTask(
    z.strictObject({
      ...{ ...ofResponse, planHash: planHash.nullable(), run, end, detail: text },
      forcedBy: text.nullable(),
    }),
    async (d: Pick<ResponseTaskDeps, "store" | "clock" | "random" | "config">, { v: _, ...settling }) =>
      settleResponse({ ...d, channels: () => Object.keys(d.config.channels) }, settling),
  ),
};
