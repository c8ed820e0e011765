import { parseFindingId } from "@ephor/domain/ids";
import { z } from "zod";
import { branded, executionId, planHash, tenant, version } from "./payloads.ts";

/** What names a response. Answers of its tasks hold every member they ever have: expressions find no absent ones. */
export const ofResponse = {
  v: version,
  tenant,
  findingId: branded(parseFindingId, "expected a finding id"),
  generation: z.int().min(1),
  executionId,
  correlationId: z.string(),
};
/** What names a plan of a response. */
export const ofPlan = z.strictObject({ ...ofResponse, planHash });
/** Whether a plan is applied or taken back. */
export const direction = z.enum(["apply", "undo"]);
