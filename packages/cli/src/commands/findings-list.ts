import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation } from "../command.ts";
import { listPages } from "../list-pages.ts";
import { printList } from "../output.ts";
import { refused } from "../refused.ts";

const FILTERS = ["status", "severity", "account", "region", "resource", "detection", "since", "until"];

export async function run(invocation: Invocation): Promise<ExitCode> {
  const client = clientOf(invocation);
  if (!client.ok) return refused(invocation, client.error);
  const items = await listPages(invocation, { filters: FILTERS, list: client.value.listFindings });
  if (!items.ok) return refused(invocation, items.error);
  await printList(invocation, {
    items: items.value,
    columns: {
      id: (finding) => finding.id,
      severity: (finding) => finding.severity,
      status: (finding) => finding.status,
      "first seen": (finding) => finding.firstSeenAt,
      seen: (finding) => finding.occurrences,
      title: (finding) => finding.title,
    },
    empty: "No findings. `ephor events send FILE` hands events in.",
  });
  return EXIT.done;
}
