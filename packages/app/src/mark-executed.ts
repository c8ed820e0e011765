import type { ApprovalDeps } from "./approval-items.ts";
import { type EndAsked, endApproval } from "./end-approval.ts";

/** What was approved has been carried out. Only an approved one can be; whether it may be is asked before (`mayExecute`). */
export const markExecuted = (d: ApprovalDeps, of: EndAsked) => endApproval(d, { ...of, to: "executed" });
