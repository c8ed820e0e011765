import type { Context } from "./context.ts";
import { arnsOf, nameOf } from "./context.ts";
import type { Queues } from "./queues.ts";

const RETRY = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };

/**
 * What Step Functions tells the home Region's default bus of executions, to the queue whose function writes their lines:
 * of Standard workflows of this stage that a function hears of, by name, and of nothing else in the account.
 */
export function executions(context: Context, { queues }: { queues: Queues }): void {
  const heard = [...new Set(context.functions.flatMap(({ needs }) => needs.hears ?? []))].toSorted();
  if (heard.length === 0) return;
  const { workflow } = arnsOf(context);
  const rule = new aws.cloudwatch.EventRule("Executions", {
    name: nameOf(context, "executions"),
    description: `Ephor ${context.stage.name}: its own executions as they start and end`,
    eventPattern: JSON.stringify({
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: { stateMachineArn: heard.map(workflow) },
    }),
    state: "ENABLED",
  });
  new aws.cloudwatch.EventTarget("ExecutionsTarget", {
    rule: rule.name,
    targetId: "executions",
    arn: queues.executions.arn,
    retryPolicy: RETRY,
    deadLetterConfig: { arn: queues.dead.executions.arn },
  });
}
