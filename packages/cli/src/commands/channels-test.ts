import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";

/** Has the node send a test message, and says what came of it. Exit 1 where it did not go. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const client = clientOf(invocation);
  if (!client.ok) return refused(invocation, client.error);
  const [name = ""] = invocation.args;
  const tested = await client.value.testChannel(name);
  if (!tested.ok) return refused(invocation, tested.error);
  await printJson(invocation, tested.value);
  return tested.value.outcome === "sent" ? EXIT.done : EXIT.failed;
}
