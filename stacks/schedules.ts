import { arnsOf, type Context, nameOf } from "./context.ts";
import type { Functions } from "./functions.ts";
import type { Keys } from "./keys.ts";
import { policyOf, trustOf } from "./policy.ts";
import type { Queues } from "./queues.ts";

const HOUR_SECONDS = 3_600;
const RETRIES_MAX = 2;

/** The schedules of topology on EventBridge Scheduler, whose finest step is a minute. */
export function schedules(context: Context, made: { keys: Keys; queues: Queues; functions: Functions }): void {
  const { functionLive } = arnsOf(context);
  const tasks = [...new Set(context.topology.schedules.map(({ task }) => task))].toSorted();
  const role = new aws.iam.Role("Role-schedules", {
    name: nameOf(context, "schedules"),
    description: `Ephor ${context.stage.name}: schedules`,
    assumeRolePolicy: trustOf("scheduler.amazonaws.com", context.account),
  });
  const grants = new aws.iam.RolePolicy("Grants-schedules", {
    name: "scheduled-tasks",
    role: role.name,
    policy: policyOf([
      { Sid: "Tasks", Action: ["lambda:InvokeFunction"], Resource: tasks.map(functionLive) },
      { Sid: "Dead", Action: ["sqs:SendMessage"], Resource: made.queues.dead.schedules.arn },
      {
        Sid: "OwnAndDeadKey",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: made.keys.data.arn,
        Condition: {
          StringEquals: {
            "kms:ViaService": ["sqs", "scheduler"].map((name) => `${name}.${context.region}.amazonaws.com`),
          },
        },
      },
    ]),
  });
  const group = new aws.scheduler.ScheduleGroup("Schedules", { name: nameOf(context, "schedules") });
  for (const { name, everySeconds, task } of context.topology.schedules) {
    const live = made.functions[task]?.live;
    if (live === undefined) throw new Error(`schedule ${name} runs the task ${task}, which has no function`);
    new aws.scheduler.Schedule(
      `Schedule-${name}`,
      {
        name: nameOf(context, name),
        groupName: group.name,
        scheduleExpression: rateOf(everySeconds),
        flexibleTimeWindow: { mode: "OFF" },
        kmsKeyArn: made.keys.data.arn,
        target: {
          arn: live.arn,
          roleArn: role.arn,
          input: JSON.stringify({ v: 1 }),
          deadLetterConfig: { arn: made.queues.dead.schedules.arn },
          retryPolicy: {
            maximumEventAgeInSeconds: Math.max(60, Math.min(everySeconds, HOUR_SECONDS)),
            maximumRetryAttempts: RETRIES_MAX,
          },
        },
      },
      { dependsOn: [grants] },
    );
  }
}

function rateOf(seconds: number): string {
  if (seconds < 60 || seconds % 60 !== 0) throw new Error(`a schedule every ${seconds} s: expected whole minutes`);
  return seconds === 60 ? "rate(1 minute)" : `rate(${seconds / 60} minutes)`;
}
