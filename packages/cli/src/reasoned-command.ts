import type { ApiClient } from "@ephor/api/client";
import type { Result } from "@ephor/domain/result";
import { clientOf } from "./client.ts";
import { EXIT, type ExitCode, type Invocation, text } from "./command.ts";
import { printJson } from "./output.ts";
import { refused } from "./refused.ts";

type Ask = (
  client: ApiClient,
  of: Pick<Invocation, "args" | "values"> & { readonly reason: string },
) => Promise<Result<object>>;

/** A command that asks the node for something with a reason, which the ledger keeps, and prints what it answers. */
export const reasonedCommand =
  (ask: Ask) =>
  async (invocation: Invocation): Promise<ExitCode> => {
    const { args, values, io } = invocation;
    const reason = text(values, "reason");
    if (reason === undefined) {
      io.say("ephor: --reason TEXT is needed: the ledger keeps why");
      return EXIT.usage;
    }
    const client = clientOf(invocation);
    if (!client.ok) return refused(invocation, client.error);
    const answered = await ask(client.value, { args, values, reason });
    if (!answered.ok) return refused(invocation, answered.error);
    await printJson(invocation, answered.value);
    return EXIT.done;
  };
