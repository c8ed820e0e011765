import { listCommand } from "../list-command.ts";

export const run = listCommand({
  list: (client) => client.listExecutions,
  filters: ["workflow", "status"],
  columns: {
    id: (line) => line.id,
    workflow: (line) => line.workflow,
    status: (line) => line.status,
    started: (line) => line.startedAt,
    ended: (line) => line.endedAt,
    error: (line) => line.error,
  },
  empty: "No executions.",
  unmatched: "No execution matches these filters.",
});
