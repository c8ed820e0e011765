import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation } from "../command.ts";
import { listPages } from "../list-pages.ts";
import { printList } from "../output.ts";
import { refused } from "../refused.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const client = clientOf(invocation);
  if (!client.ok) return refused(invocation, client.error);
  const items = await listPages(invocation, { filters: [], list: client.value.listDeadLetters });
  if (!items.ok) return refused(invocation, items.error);
  await printList(invocation, {
    items: items.value,
    columns: {
      id: (letter) => letter.id,
      kind: (letter) => letter.kind,
      at: (letter) => letter.at,
      attempts: (letter) => letter.attempts,
      error: (letter) => letter.error.code,
      message: (letter) => letter.error.message,
    },
    empty: "No dead letters.",
  });
  return EXIT.done;
}
