import type { ApprovalDeps } from "@ephor/app/approval-items";
import { remindApproval } from "@ephor/app/remind-approval";
import { defineTask } from "../define-task.ts";
import { escalating } from "../escalation-payload.ts";

export const remindApprovalTask = defineTask(escalating, (d: ApprovalDeps, { v: _, ...of }) => remindApproval(d, of));
