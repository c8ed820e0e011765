import { listCommand } from "../list-command.ts";

export const run = listCommand({
  list: (client) => client.listApprovals,
  filters: ["state"],
  columns: {
    id: (approval) => approval.id,
    risk: (approval) => approval.risk,
    state: (approval) => approval.state,
    approvals: (approval) => `${approval.approvers.length} of ${approval.approvalsNeeded}`,
    expires: (approval) => approval.expiresAt,
    "asked by": (approval) => approval.requester,
    title: (approval) => approval.title,
  },
  empty: "No approvals.",
  unmatched: "No approval is in this state.",
});
