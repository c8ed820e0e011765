import type { ApprovalDeps } from "@ephor/app/approval-items";
import { openApproval } from "@ephor/app/open-approval";
import type { ApprovalSubject } from "@ephor/domain/approval";
import { parseExceptionId, parseFindingId } from "@ephor/domain/ids";
import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { approvalTerms, branded, planHash, tenant, version } from "../payloads.ts";

const text = z.string();
const findingId = branded(parseFindingId, "expected a finding id");
const ofPlan = { findingId, generation: z.int().min(1), planHash };
/** What an approval is about, as workflows name it. */
const approvalSubject: z.ZodType<ApprovalSubject> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("plan"), ...ofPlan }),
  z.strictObject({ kind: z.literal("rollback"), ...ofPlan, attempt: z.int().min(1).exactOptional() }),
  z.strictObject({ kind: z.literal("review"), ...ofPlan }),
  z.strictObject({ kind: z.literal("exception"), exceptionId: branded(parseExceptionId, "expected an exception id") }),
]);

/** Opens an approval, or finds the one that was opened before. */
export const openApprovalTask = defineTask(
  z.strictObject({
    ...{ v: version, tenant, subject: approvalSubject, terms: approvalTerms },
    /** A person's id, or what asks: `policy 3`. */
    requester: text.min(1).max(200),
    /** Of the execution that waits for the decision. */
    token: text.min(1).max(2048).nullable(),
    correlationId: text,
  }),
  (d: ApprovalDeps, { v: _, ...asked }) => openApproval(d, asked),
);
