import type { ApiClient } from "@ephor/api/client";
import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";

const READS = {
  approvals: (client: ApiClient, id: string) => client.showApproval(id),
  findings: (client: ApiClient, id: string) => client.showFinding(id),
  exceptions: (client: ApiClient, id: string) => client.showException(id),
  executions: (client: ApiClient, id: string) => client.showExecution(id),
};

/** `findings show ID`, `approvals show ID`, `executions show ID`: the whole of it as JSON. */
export const show =
  (what: keyof typeof READS) =>
  async (invocation: Invocation): Promise<ExitCode> => {
    const client = clientOf(invocation);
    if (!client.ok) return refused(invocation, client.error);
    const read = await READS[what](client.value, invocation.args[0] ?? "");
    if (!read.ok) return refused(invocation, read.error);
    await printJson(invocation, read.value);
    return EXIT.done;
  };
