import type { DecisionWord } from "@ephor/domain/approval";
import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation, text } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";

/** `approvals approve ID`, `approvals reject ID`: the decision of the person whose token it is, with its reason. */
export const decide =
  (decision: DecisionWord) =>
  async (invocation: Invocation): Promise<ExitCode> => {
    const { args, values, io } = invocation;
    const reason = text(values, "reason");
    if (reason === undefined) {
      io.say("ephor: --reason TEXT is needed: the ledger keeps why");
      return EXIT.usage;
    }
    const client = clientOf(invocation);
    if (!client.ok) return refused(invocation, client.error);
    const decided = await client.value.decideApproval(args[0] ?? "", { decision, reason });
    if (!decided.ok) return refused(invocation, decided.error);
    await printJson(invocation, decided.value);
    return EXIT.done;
  };
