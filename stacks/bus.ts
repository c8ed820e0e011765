import { packablesOf, packRules, type Rule } from "@ephor/topology/pack-rules";
import { arnsOf, type Context, GLOBAL_EVENTS_REGION, nameOf } from "./context.ts";
import { dataKey, type Keys } from "./keys.ts";
import { policyOf, trustOf } from "./policy.ts";
import { type Queues, queue, queuePolicy } from "./queues.ts";
import { listOf } from "./settings.ts";
import type { Workflows } from "./workflows.ts";

const ARCHIVE_DAYS = 90;
const RETRY = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };
/** The input that a workflow of a route gets; the same as the inbox gives. */
const INPUT = {
  inputPaths: { id: "$.id" },
  inputTemplate: '{"event": <aws.events.event.json>, "correlationId": <id>}',
};

export type Forwarder = { readonly region: string; readonly dead: aws.sqs.Queue; readonly key: aws.kms.Key };
type Made = { readonly keys: Keys; readonly queues: Queues; readonly workflows: Workflows };

/** The home bus with the rules that start workflows, and one forwarder for each Region that carries the same rules to it. */
export function bus(context: Context, made: Made): readonly Forwarder[] {
  const home = new aws.cloudwatch.EventBus("Bus", {
    name: nameOf(context, "events"),
    description: `Ephor ${context.stage.name}: events that detections ask for`,
    kmsKeyIdentifier: made.keys.data.arn,
    deadLetterConfig: { arn: made.queues.undelivered.arn },
  });
  new aws.cloudwatch.EventArchive("Archive", {
    name: nameOf(context, "events"),
    eventSourceArn: home.arn,
    retentionDays: ARCHIVE_DAYS,
    kmsKeyIdentifier: made.keys.data.arn,
  });
  startWorkflows(context, { ...made, home });
  const role = forwardingRole(context, home);
  const regions = new Set([GLOBAL_EVENTS_REGION, context.region, ...listOf(context.settings.EPHOR_FORWARD_REGIONS)]);
  return [...regions].map((region) => forward(context, { ...made, home, role, region }));
}

/** Every rule of one route: its name within the packing begins with the route's. */
const rulesOf = (context: Context): readonly (Rule & { readonly workflow: string })[] =>
  context.topology.routes.flatMap((route) =>
    packRules(packablesOf(route)).map((rule) => ({
      ...rule,
      name: `${route.name}-${rule.name}`,
      workflow: route.workflow,
    })),
  );

function startWorkflows(context: Context, { home, queues, workflows }: Made & { home: aws.cloudwatch.EventBus }): void {
  const { workflow } = arnsOf(context);
  const started = [...new Set(context.topology.routes.map((route) => route.workflow))].toSorted();
  const role = new aws.iam.Role("Role-routes", {
    name: nameOf(context, "routes"),
    description: `Ephor ${context.stage.name}: rules that start workflows`,
    assumeRolePolicy: trustOf("events.amazonaws.com", context.account),
  });
  new aws.iam.RolePolicy("Grants-routes", {
    name: "routed-workflows",
    role: role.name,
    policy: policyOf([{ Sid: "Routed", Action: ["states:StartExecution"], Resource: started.map(workflow) }]),
  });
  for (const rule of rulesOf(context)) {
    const live = workflows[rule.workflow]?.live;
    if (live === undefined)
      throw new Error(`rule ${rule.name} starts the workflow ${rule.workflow}, which is not made`);
    const made = new aws.cloudwatch.EventRule(`Rule-${rule.name}`, {
      name: nameOf(context, rule.name),
      eventBusName: home.name,
      eventPattern: JSON.stringify(rule.pattern),
      state: rule.state,
    });
    new aws.cloudwatch.EventTarget(`Target-${rule.name}`, {
      rule: made.name,
      eventBusName: home.name,
      targetId: rule.workflow,
      arn: live.arn,
      roleArn: role.arn,
      inputTransformer: INPUT,
      retryPolicy: RETRY,
      deadLetterConfig: { arn: queues.undelivered.arn },
    });
  }
}

function forwardingRole(context: Context, home: aws.cloudwatch.EventBus): aws.iam.Role {
  const role = new aws.iam.Role("Role-forwarder", {
    name: nameOf(context, "forwarder"),
    description: `Ephor ${context.stage.name}: rules that forward to the home bus`,
    assumeRolePolicy: trustOf("events.amazonaws.com", context.account),
  });
  new aws.iam.RolePolicy("Grants-forwarder", {
    name: "home-bus",
    role: role.name,
    policy: policyOf([{ Sid: "Forward", Action: ["events:PutEvents"], Resource: home.arn }]),
  });
  return role;
}

type Forwarding = Made & {
  readonly home: aws.cloudwatch.EventBus;
  readonly role: aws.iam.Role;
  readonly region: string;
};

/** The packed rules on a Region's default bus, straight to the home bus: a bus cannot forward what it received from another. */
function forward(context: Context, { home, role, region, keys, queues }: Forwarding): Forwarder {
  const isHome = region === context.region;
  const key = isHome ? keys.data : dataKey(context, { thing: `forwarder-${region}`, region });
  const thing = `forwarder-dead-${region}`;
  const dead = isHome ? queues.undelivered : queue(context, { thing, key, region });
  if (!isHome) queuePolicy(context, { thing, of: dead, rules: true, region });
  for (const rule of rulesOf(context)) {
    const made = new aws.cloudwatch.EventRule(`Forward-${region}-${rule.name}`, {
      name: nameOf(context, rule.name),
      eventPattern: JSON.stringify(rule.pattern),
      state: rule.state,
      region,
    });
    new aws.cloudwatch.EventTarget(`ForwardTarget-${region}-${rule.name}`, {
      rule: made.name,
      targetId: "home-bus",
      arn: home.arn,
      roleArn: role.arn,
      retryPolicy: RETRY,
      deadLetterConfig: { arn: dead.arn },
      region,
    });
  }
  return { region, dead, key };
}
