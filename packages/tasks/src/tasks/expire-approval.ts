import type { ApprovalDeps } from "@ephor/app/approval-items";
import { expireApproval } from "@ephor/app/expire-approval";
import { defineTask } from "../define-task.ts";
import { escalating } from "../escalation-payload.ts";

export const expireApprovalTask = defineTask(escalating, (d: ApprovalDeps, { v: _, ...of }) => expireApproval(d, of));
