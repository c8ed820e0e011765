import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation } from "../command.ts";
import { listPages } from "../list-pages.ts";
import { printList } from "../output.ts";
import { refused } from "../refused.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const client = clientOf(invocation);
  if (!client.ok) return refused(invocation, client.error);
  const items = await listPages(invocation, { filters: ["workflow", "status"], list: client.value.listExecutions });
  if (!items.ok) return refused(invocation, items.error);
  await printList(invocation, {
    items: items.value,
    columns: {
      id: (line) => line.id,
      workflow: (line) => line.workflow,
      status: (line) => line.status,
      started: (line) => line.startedAt,
      ended: (line) => line.endedAt,
      error: (line) => line.error,
    },
    empty: "No executions.",
  });
  return EXIT.done;
}
