import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation, text } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";

/** Ends an exception at once; the findings that it muted reopen. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, values, io } = invocation;
  const reason = text(values, "reason");
  if (reason === undefined) {
    io.say("ephor: --reason TEXT is needed: the ledger keeps why");
    return EXIT.usage;
  }
  const client = clientOf(invocation);
  if (!client.ok) return refused(invocation, client.error);
  const revoked = await client.value.revokeException(args[0] ?? "", { reason });
  if (!revoked.ok) return refused(invocation, revoked.error);
  await printJson(invocation, revoked.value);
  return EXIT.done;
}
