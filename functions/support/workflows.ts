import { sfnClient } from "@ephor/aws/sfn/client";
import { sfnExecutions } from "@ephor/aws/sfn/executions";
import { sfnTaskTokens } from "@ephor/aws/sfn/task-tokens";
import { machine, workflowArns } from "./machine.ts";

/** Starts executions and answers their tasks. */
export function workflows() {
  const deps = { ...machine, client: sfnClient(), arns: workflowArns() };
  return { executions: sfnExecutions(deps), taskTokens: sfnTaskTokens(deps) };
}
