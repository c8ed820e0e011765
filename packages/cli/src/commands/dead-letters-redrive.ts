import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";

/** Redrives each letter; one that cannot be is named and the others go on. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const client = clientOf(invocation);
  if (!client.ok) return refused(invocation, client.error);
  const redriven: string[] = [];
  const failed: { id: string; reason: string }[] = [];
  for (const id of invocation.args) {
    const done = await client.value.redriveDeadLetter(id);
    if (!done.ok && done.error.code === "node.unreachable") return refused(invocation, done.error);
    if (done.ok) redriven.push(id);
    else failed.push({ id, reason: done.error.message });
  }
  await printJson(invocation, { redriven, failed });
  return failed.length === 0 ? EXIT.done : EXIT.failed;
}
