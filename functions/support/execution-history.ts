import { sfnClient } from "@ephor/aws/sfn/client";
import { readHistory } from "@ephor/aws/sfn/read-history";
import type { Json } from "@ephor/domain/json";
import { machine } from "./machine.ts";

/* Loaded by the API when a history is asked for: its client is much to load for what few requests need. */

const client = sfnClient();

/** None where the workflow is not there any more. */
export async function executionHistory(
  arns: ReadonlyMap<string, string>,
  of: { workflow: string; name: string },
): Promise<readonly Json[]> {
  const arn = arns.get(of.workflow);
  return arn === undefined ? [] : readHistory({ ...machine, client }, executionArn(arn, of.name));
}

/** `arn:…:stateMachine:<machine>:live` runs `arn:…:execution:<machine>:<name>`. */
function executionArn(startedBy: string, name: string): string {
  const [arn, partition, states, region, account, , machineName] = startedBy.split(":");
  return [arn, partition, states, region, account, "execution", machineName, name].join(":");
}
