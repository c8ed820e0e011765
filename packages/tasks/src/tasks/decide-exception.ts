import { decideException } from "@ephor/app/decide-exception";
import { parseApprovalId } from "@ephor/domain/ids";
import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { aboutException, askingDeps, type ExceptionTaskDeps } from "../exception-payload.ts";
import { branded } from "../payloads.ts";

export const decideExceptionTask = defineTask(
  z.strictObject({
    ...aboutException,
    // Executions that began before the approval's id was derived from the exception's send it.
    approvalId: branded(parseApprovalId, "expected an approval's id").optional(),
    decision: z.enum(["approved", "rejected", "expired", "cancelled"]),
  }),
  async (d: ExceptionTaskDeps, { v: _, approvalId: __, ...decided }) => decideException(askingDeps(d), decided),
);
