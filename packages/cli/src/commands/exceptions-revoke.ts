import { reasonedCommand } from "../reasoned-command.ts";

/** Ends an exception at once; the findings that it muted reopen. */
export const run = reasonedCommand((client, { args, reason }) => client.revokeException(args[0] ?? "", { reason }));
