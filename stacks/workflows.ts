import { placeholdersOf, substitute } from "@ephor/topology/placeholders";
import type { Workflow } from "@ephor/topology/types";
import { arnsOf, type Context, LIVE, LOG_DAYS, nameOf } from "./context.ts";
import type { Functions } from "./functions.ts";
import type { Keys } from "./keys.ts";
import { policyOf, type Statement, trustOf } from "./policy.ts";
import { LOG_DELIVERY, WORKFLOW_TRACES } from "./unscoped-actions.ts";

export type Workflows = Readonly<
  Record<string, { readonly machine: aws.sfn.StateMachine; readonly live: aws.sfn.Alias }>
>;

/** One in a hundred requests is traced (delivery.md). */
const TRACED_RATE = 0.01;

/**
 * The definitions of topology as they are, with ARNs for names, each published as a version behind the alias `live`, after
 * the functions they call.
 */
export function workflows(context: Context, made: { keys: Keys; functions: Functions }): Workflows {
  new aws.xray.SamplingRule("Sampling", {
    ruleName: nameOf(context, "sampled"),
    version: 1,
    priority: 1000,
    fixedRate: TRACED_RATE,
    reservoirSize: 1,
    host: "*",
    httpMethod: "*",
    resourceArn: "*",
    serviceName: nameOf(context, "*"),
    serviceType: "*",
    urlPath: "*",
  });
  return Object.fromEntries(
    context.topology.workflows.map((workflow) => [workflow.name, machine(context, { workflow, ...made })]),
  );
}

type One = { readonly workflow: Workflow; readonly keys: Keys; readonly functions: Functions };

function machine(context: Context, { workflow, keys, functions }: One): Workflows[string] {
  const { name, type, definition } = workflow;
  const { functionLive, workflowLive } = arnsOf(context);
  const logGroup = new aws.cloudwatch.LogGroup(`Log-workflow-${name}`, {
    // Names of this form keep the account's policy for log delivery short (Step Functions Developer Guide, "Logging").
    name: `/aws/vendedlogs/states/${nameOf(context, name)}`,
    retentionInDays: LOG_DAYS,
    kmsKeyId: keys.data.arn,
  });
  const role = new aws.iam.Role(`Role-workflow-${name}`, {
    name: nameOf(context, `workflow-${name}`),
    description: `Ephor ${context.stage.name}: workflow ${name}`,
    assumeRolePolicy: trustOf("states.amazonaws.com", context.account),
  });
  const grants = new aws.iam.RolePolicy(`Grants-workflow-${name}`, {
    name: "named-in-definition",
    role: role.name,
    policy: policyOf([...callsOf(context, workflow), WORKFLOW_TRACES, LOG_DELIVERY]),
  });
  const arns = substitute(definition, (one) => (one.kind === "task" ? functionLive(one.name) : workflowLive(one.name)));
  const made = new aws.sfn.StateMachine(
    `Workflow-${name}`,
    {
      name: nameOf(context, name),
      type: type === "express" ? "EXPRESS" : "STANDARD",
      definition: JSON.stringify(arns),
      roleArn: role.arn,
      publish: true,
      tracingConfiguration: { enabled: true },
      loggingConfiguration: {
        level: type === "express" ? "ERROR" : "ALL",
        includeExecutionData: false,
        logDestination: $interpolate`${logGroup.arn}:*`,
      },
    },
    // A new definition may ask for what only new functions can: they know the payloads of the version before, not of the one after.
    { dependsOn: [grants, ...Object.values(functions).map(({ live }) => live)] },
  );
  const live = new aws.sfn.Alias(`Live-workflow-${name}`, {
    name: LIVE,
    routingConfigurations: [{ stateMachineVersionArn: made.stateMachineVersionArn, weight: 100 }],
  });
  return { machine: made, live };
}

/** What a definition calls, and nothing else. */
function callsOf(context: Context, { definition }: Workflow): readonly Statement[] {
  const { functionLive, workflow } = arnsOf(context);
  const named = placeholdersOf(definition);
  const of = (kind: "task" | "workflow") =>
    [...new Set(named.filter((one) => one.kind === kind).map(({ name }) => name))].toSorted();
  const [tasks, started] = [of("task"), of("workflow")];
  return [
    ...(tasks.length === 0
      ? []
      : [{ Sid: "Tasks", Action: ["lambda:InvokeFunction"], Resource: tasks.map(functionLive) }]),
    ...(started.length === 0
      ? []
      : [{ Sid: "Workflows", Action: ["states:StartExecution"], Resource: started.map(workflow) }]),
  ];
}
