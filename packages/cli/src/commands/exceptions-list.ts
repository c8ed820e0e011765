import { listCommand } from "../list-command.ts";

export const run = listCommand({
  list: (client) => client.listExceptions,
  filters: ["state"],
  columns: {
    id: (exception) => exception.id,
    state: (exception) => exception.state,
    expires: (exception) => exception.expiresAt,
    risk: (exception) => exception.risk,
    detection: (exception) => exception.scope.detection,
    resource: (exception) => exception.scope.resource ?? "any",
    reason: (exception) => exception.reason,
  },
  empty: "No exceptions. `ephor exceptions request` asks for one.",
  unmatched: "No exception is in this state.",
});
