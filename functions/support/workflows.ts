import { sfnClient } from "@ephor/aws/sfn/client";
import { sfnExecutions } from "@ephor/aws/sfn/executions";
import { sfnTaskTokens } from "@ephor/aws/sfn/task-tokens";
import { readWorkflowArns } from "./environment.ts";
import { machine, setting } from "./machine.ts";

/** Starts executions and answers their tasks. */
export function workflows() {
  const arns = readWorkflowArns(setting("EPHOR_WORKFLOW_ARNS"));
  if (!arns.ok) throw new Error(arns.error.message);
  const deps = { ...machine, client: sfnClient(), arns: arns.value };
  return { executions: sfnExecutions(deps), taskTokens: sfnTaskTokens(deps) };
}
