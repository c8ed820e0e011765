import { listCommand } from "../list-command.ts";

export const run = listCommand({
  list: (client) => client.listFindings,
  filters: ["status", "severity", "account", "region", "resource", "detection", "since", "until"],
  columns: {
    id: (finding) => finding.id,
    severity: (finding) => finding.severity,
    status: (finding) => finding.status,
    "first seen": (finding) => finding.firstSeenAt,
    seen: (finding) => finding.occurrences,
    title: (finding) => finding.title,
  },
  empty: "No findings. `ephor events send FILE` hands events in.",
  unmatched: "No finding matches these filters.",
});
