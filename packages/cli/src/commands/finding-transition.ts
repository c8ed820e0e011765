import type { FindingStatus } from "@ephor/domain/finding";
import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation, text } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";

/** `findings resolve ID`, `findings reopen ID`: a person's own decision, which the ledger keeps with its reason. */
export const transition =
  (to: Extract<FindingStatus, "resolved" | "reopened">) =>
  async (invocation: Invocation): Promise<ExitCode> => {
    const { args, values, io } = invocation;
    const reason = text(values, "reason");
    if (reason === undefined) {
      io.say("ephor: --reason TEXT is needed: the ledger keeps why");
      return EXIT.usage;
    }
    const client = clientOf(invocation);
    if (!client.ok) return refused(invocation, client.error);
    const changed = await client.value.transitionFinding(args[0] ?? "", { to, reason });
    if (!changed.ok) return refused(invocation, changed.error);
    await printJson(invocation, changed.value);
    return EXIT.done;
  };
