import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";

/** Prints the token as it is then; one that was revoked before stays as it was. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const client = clientOf(invocation);
  if (!client.ok) return refused(invocation, client.error);
  const revoked = await client.value.revokeToken(invocation.args[0] ?? "");
  if (!revoked.ok) return refused(invocation, revoked.error);
  await printJson(invocation, revoked.value);
  return EXIT.done;
}
