import type { ApprovalDeps } from "./approval-items.ts";
import { type EndAsked, endApproval } from "./end-approval.ts";

/** Takes an approval back, also one that was given and not carried out: it is not asked for any more, and says why. */
export const cancelApproval = (d: ApprovalDeps, of: EndAsked) => endApproval(d, { ...of, to: "cancelled" });
