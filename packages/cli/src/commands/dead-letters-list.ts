import { listCommand } from "../list-command.ts";

export const run = listCommand({
  list: (client) => client.listDeadLetters,
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
