import { flag } from "../command.ts";
import { reasonedCommand } from "../reasoned-command.ts";

/** `findings break-glass ID`: applies a finding's remediation at once, on the word of the person whose token it is. */
export const breakGlass = reasonedCommand((client, { args, reason }) => client.breakGlass(args[0] ?? "", { reason }));

/** `findings rollback ID`: asks for the way back from what was applied. */
export const rollback = reasonedCommand((client, { args, reason }) => client.startRollback(args[0] ?? "", { reason }));

/** `stop-applying`: nothing is applied any more; with `--resume` it goes on. */
export const stopApplying = reasonedCommand((client, { values, reason }) =>
  client.setApplying({ stopped: !flag(values, "resume"), reason }),
);
