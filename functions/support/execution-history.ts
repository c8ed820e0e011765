import { sfnClient } from "@ephor/aws/sfn/client";
import { readHistory } from "@ephor/aws/sfn/read-history";
import { machine } from "./machine.ts";

/* Loaded by the API when a history is asked for: its client is much to load for what few requests need. */

const client = sfnClient();
export const executionHistory = (executionArn: string) => readHistory({ ...machine, client }, executionArn);
