import type { DecisionWord } from "@ephor/domain/approval";
import { reasonedCommand } from "../reasoned-command.ts";

/** `approvals approve ID`, `approvals reject ID`: the decision of the person whose token it is, with its reason. */
export const decide = (decision: DecisionWord) =>
  reasonedCommand((client, { args, reason }) => client.decideApproval(args[0] ?? "", { decision, reason }));
