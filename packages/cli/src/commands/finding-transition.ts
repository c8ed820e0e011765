import type { FindingStatus } from "@ephor/domain/finding";
import { reasonedCommand } from "../reasoned-command.ts";

/** `findings resolve ID`, `findings reopen ID`: a person's own decision, which the ledger keeps with its reason. */
export const transition = (to: Extract<FindingStatus, "resolved" | "reopened">) =>
  reasonedCommand((client, { args, reason }) => client.transitionFinding(args[0] ?? "", { to, reason }));
