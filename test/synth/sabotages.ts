import type { Graph, Resource } from "./policy/check.ts";

type Inputs = Record<string, unknown>;
type Sabotage = { readonly name: string; readonly sabotage: (graph: Graph) => void; readonly caughtBy: RegExp };

const first = (graph: Graph, type: string): Resource => {
  const found = graph.resources.find((resource) => resource.type === `aws:${type}`);
  if (found === undefined) throw new Error(`there is no ${type} to break`);
  return found;
};

/** Puts a value at a dotted path of a resource's inputs, or removes what is there. */
function put(inputs: unknown, { path, value }: { path: string; value: unknown }): void {
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  const inner = steps.reduce<unknown>((found, step) => (found as Inputs)[step], inputs) as Inputs;
  if (value === undefined) delete inner[last];
  else inner[last] = value;
}

const change = (type: string, path: string, value: unknown) => (graph: Graph) =>
  put(first(graph, type).inputs, { path, value });
const remove = (type: string) => (graph: Graph) => {
  const all = graph.resources as Resource[];
  all.splice(all.indexOf(first(graph, type)), 1);
};
/** Changes the text of a JSON policy. */
const rewrite = (type: string, path: string, from: string | RegExp, to: string) => (graph: Graph) =>
  rewriteOf(first(graph, type), { path, from, to });
/** The same, of the resource with this name. */
const rewriteNamed = (name: string, path: string, from: string | RegExp, to: string) => (graph: Graph) => {
  const found = graph.resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`there is no ${name} to break`);
  rewriteOf(found, { path, from, to });
};
type Rewriting = { readonly path: string; readonly from: string | RegExp; readonly to: string };
function rewriteOf({ name, inputs: given }: Resource, { path, from, to }: Rewriting): void {
  const inputs = given as Inputs;
  const before = String(inputs[path]);
  inputs[path] = before.replace(from, to);
  if (inputs[path] === before) throw new Error(`${name} ${path}: nothing to break`);
}
const add = (resource: Resource) => (graph: Graph) => {
  (graph.resources as Resource[]).push(resource);
};

const TABLE = "dynamodb/table:Table";
const RULE = "cloudwatch/eventRule:EventRule";
const MACHINE = "sfn/stateMachine:StateMachine";

/** Each breaks one thing that a policy is for. */
export const sabotages: readonly Sabotage[] = [
  {
    name: "a table without encryption",
    sabotage: change(TABLE, "serverSideEncryption.kmsKeyArn", undefined),
    caughtBy: /Table-ephor: "is encrypted/,
  },
  {
    name: "restore of 7 days",
    sabotage: change(TABLE, "pointInTimeRecovery.recoveryPeriodInDays", 7),
    caughtBy: /35 days/,
  },
  {
    name: "a table that can be deleted",
    sabotage: change(TABLE, "deletionProtectionEnabled", false),
    caughtBy: /protected from deletion/,
  },
  {
    name: "a table without an index of topology",
    sabotage: change(TABLE, "globalSecondaryIndexes.0.name", "other"),
    caughtBy: /topology: indexes missing/,
  },
  {
    name: "a key that is never rotated",
    sabotage: (graph) =>
      put(graph.resources.find(({ name }) => name === "Key-data")?.inputs, { path: "enableKeyRotation", value: false }),
    caughtBy: /rotates every year/,
  },
  {
    name: "a key that another account may use",
    sabotage: rewrite("kms/key:Key", "policy", /111111111111:root/, "999999999999:root"),
    caughtBy: /used by this account/,
  },
  {
    name: "a bucket open to the public",
    sabotage: change("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "blockPublicPolicy", false),
    caughtBy: /closes the bucket/,
  },
  {
    name: "a bucket without a public access block",
    sabotage: remove("s3/bucketPublicAccessBlock:BucketPublicAccessBlock"),
    caughtBy: /has a public access block/,
  },
  {
    name: "a bucket without TLS",
    sabotage: rewrite(
      "s3/bucketPolicy:BucketPolicy",
      "policy",
      /"aws:SecureTransport":"false"/,
      '"aws:SecureTransport":"true"',
    ),
    caughtBy: /over TLS/,
  },
  {
    name: "evidence that may be deleted",
    sabotage: change(
      "s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
      "rule.defaultRetention.mode",
      "GOVERNANCE",
    ),
    caughtBy: /keeps evidence a year/,
  },
  {
    name: "logs kept for ever",
    sabotage: change("cloudwatch/logGroup:LogGroup", "retentionInDays", undefined),
    caughtBy: /kept 90 days/,
  },
  {
    name: "a function without traces",
    sabotage: change("lambda/function:Function", "tracingConfig.mode", "PassThrough"),
    caughtBy: /published, traced/,
  },
  {
    name: "a function with a variable it does not declare",
    sabotage: change("lambda/function:Function", "environment.variables.EPHOR_EXTRA", "1"),
    caughtBy: /variables are/,
  },
  {
    name: "a function whose bundle is missing",
    sabotage: change("lambda/function:Function", "code.path", ".build/functions/none"),
    caughtBy: /there is nothing at/,
  },
  {
    name: "a function without an alias",
    sabotage: remove("lambda/alias:Alias"),
    caughtBy: /called behind the alias live/,
  },
  {
    name: "a role that any of the account may take on",
    sabotage: rewrite(
      "iam/role:Role",
      "assumeRolePolicy",
      /"Principal":\{[^}]*\}/,
      '"Principal":{"AWS":"arn:aws:iam::111111111111:root"}',
    ),
    caughtBy: /trusts one service/,
  },
  {
    name: "an action with a wildcard",
    sabotage: rewrite("iam/rolePolicy:RolePolicy", "policy", /"dynamodb:GetItem"|"logs:PutLogEvents"/, '"dynamodb:*"'),
    caughtBy: /names actions and resources/,
  },
  {
    name: "any resource for a named action",
    sabotage: rewrite("iam/rolePolicy:RolePolicy", "policy", /"Resource":"arn[^"]*"/, '"Resource":"*"'),
    caughtBy: /names actions and resources/,
  },
  {
    name: "a right nobody declared",
    sabotage: rewrite("iam/rolePolicy:RolePolicy", "policy", '"Action":["', '"Action":["s3:DeleteObject","'),
    caughtBy: /s3:DeleteObject is not declared/,
  },
  {
    name: "a right that the code needs, taken away",
    sabotage: (graph) => {
      const grants = graph.resources.find(({ name }) => name === "Grants-api")?.inputs as Inputs;
      grants["policy"] = String(grants["policy"]).replace('"states:GetExecutionHistory"', '"states:DescribeExecution"');
    },
    caughtBy: /Function-api: "may make every call.*GetExecutionHistory not allowed/,
  },
  {
    name: "a right that a remediation needs, taken away",
    sabotage: rewriteNamed("Grants-remediation", "policy", '"ec2:ModifySubnetAttribute"', '"ec2:DescribeAddresses"'),
    caughtBy: /Function-apply-remediation: "may make every call of a remediation.*ModifySubnetAttribute not allowed/,
  },
  {
    name: "mail in the name of anybody",
    sabotage: rewriteNamed(
      "Grants-dispatch-effects",
      "policy",
      /,"Condition":\{"StringEquals":\{"ses:FromAddress":"[^"]*"\}\}/,
      "",
    ),
    caughtBy: /Grants-dispatch-effects: "reads no secrets but/,
  },
  {
    name: "a secret that no channel names",
    sabotage: rewriteNamed("Grants-api", "policy", "secret:ephor/slack-token", "secret:ephor/other"),
    caughtBy: /Grants-api: "reads no secrets but/,
  },
  {
    name: "a role that reads an external id and takes on no remediation role",
    sabotage: rewriteNamed("Grants-api", "policy", "secret:ephor/slack-token", "secret:ephor/external-id-222222222222"),
    caughtBy: /Grants-api: "reads no secrets but/,
  },
  {
    name: "a remediation role that any role of the account may take on",
    sabotage: rewriteNamed("Role-remediation", "assumeRolePolicy", /"ArnEquals":\{[^}]*\},/, ""),
    caughtBy: /Role-remediation: "a remediation role trusts/,
  },
  {
    name: "a remediation role without an external id",
    sabotage: rewriteNamed("Role-remediation", "assumeRolePolicy", /,"StringEquals":\{[^}]*\}/, ""),
    caughtBy: /asks for no external id/,
  },
  {
    name: "a remediation role that a service may take on",
    sabotage: rewriteNamed("Role-remediation", "assumeRolePolicy", /"AWS":"[^"]*"/, '"Service":"ec2.amazonaws.com"'),
    caughtBy: /it trusts another account/,
  },
  {
    name: "a remediation role that may do what no remediation needs",
    sabotage: rewriteNamed(
      "Grants-remediation",
      "policy",
      '"ec2:ModifySubnetAttribute"',
      '"ec2:ModifySubnetAttribute","ec2:RunInstances"',
    ),
    caughtBy: /ec2:RunInstances is not declared/,
  },
  {
    name: "a remediation role for everything of a service",
    sabotage: rewriteNamed("Grants-remediation", "policy", "security-group/*", "*"),
    caughtBy: /Grants-remediation: "a remediation role may do what/,
  },
  {
    name: "a remediation role for buckets of other accounts",
    sabotage: rewriteNamed(
      "Grants-remediation",
      "policy",
      /("arn:aws:s3:::\*"\]),"Condition":\{"StringEquals":\{"aws:ResourceAccount":"\d+"\}\}/,
      "$1",
    ),
    caughtBy: /Grants-remediation: "a remediation role may do what/,
  },
  {
    name: "a remediation role that changes what is protected",
    sabotage: rewriteNamed("Grants-remediation", "policy", "ephor:protected", "ephor:other"),
    caughtBy: /changes nothing that is tagged as protected/,
  },
  {
    name: "a remediation role that changes Ephor's own roles",
    sabotage: rewriteNamed("Grants-remediation", "policy", "role/ephor-*", "role/other-*"),
    caughtBy: /changes none of Ephor's own roles/,
  },
  {
    name: "a function that takes on a remediation role and needs none",
    sabotage: rewriteNamed(
      "Grants-record-finding",
      "policy",
      '"Action":["dynamodb:GetItem"',
      '"Action":["sts:AssumeRole","dynamodb:GetItem"',
    ),
    caughtBy: /Grants-record-finding: "takes on the remediation roles/,
  },
  {
    name: "a stream whose failures are lost",
    sabotage: (graph) =>
      put(graph.resources.find(({ name }) => name.startsWith("Source-stream"))?.inputs, {
        path: "destinationConfig",
        value: undefined,
      }),
    caughtBy: /what fails is lost/,
  },
  {
    name: "a queue without a dead-letter queue",
    sabotage: (graph) =>
      put(graph.resources.find(({ name }) => name === "Queue-inbox")?.inputs, {
        path: "redrivePolicy",
        value: undefined,
      }),
    caughtBy: /Queue-inbox: "hands what nobody/,
  },
  {
    name: "a rule that gets no read-only events",
    sabotage: (graph) =>
      put(graph.resources.find(({ name }) => name.startsWith("Rule-detections-read"))?.inputs, {
        path: "state",
        value: "ENABLED",
      }),
    caughtBy: /topology: rules missing/,
  },
  {
    name: "a wide rule that gets all read-only events",
    sabotage: (graph) =>
      put(graph.resources.find(({ name }) => name.startsWith("Rule-detections-write-guardduty-2"))?.inputs, {
        path: "state",
        value: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
      }),
    caughtBy: /read-only events only where/,
  },
  { name: "a rule that is off", sabotage: change(RULE, "state", "DISABLED"), caughtBy: /state is DISABLED/ },
  {
    name: "a pattern over the quota",
    sabotage: change(RULE, "eventPattern", JSON.stringify({ source: ["x".repeat(2100)] })),
    caughtBy: /pattern that EventBridge takes/,
  },
  {
    name: "a target that loses events",
    sabotage: change("cloudwatch/eventTarget:EventTarget", "deadLetterConfig", undefined),
    caughtBy: /dead-letter queue is none/,
  },
  {
    name: "a rule that hears of executions of others",
    sabotage: (graph) => {
      const inputs = graph.resources.find(({ name }) => name === "Executions")?.inputs;
      put(inputs, { path: "eventPattern", value: JSON.stringify({ source: ["aws.states"] }) });
    },
    caughtBy: /Executions: "hears of executions of this stage/,
  },
  {
    name: "executions that nobody is told of",
    sabotage: (graph) =>
      (graph.resources as Resource[]).splice(
        graph.resources.findIndex(({ name }) => name === "ExecutionsTarget"),
        1,
      ),
    caughtBy: /nobody reads what is told of them/,
  },
  {
    name: "a queue that EventBridge may not send to",
    sabotage: (graph) => {
      const { inputs } = graph.resources.find(({ name }) => name === "Queue-executions-policy") as { inputs: Inputs };
      inputs["policy"] = String(inputs["policy"]).replace("events.amazonaws.com", "sns.amazonaws.com");
    },
    caughtBy: /Queue-executions: "may be sent to by EventBridge/,
  },
  {
    name: "a Region that is not forwarded",
    sabotage: (graph) =>
      (graph.resources as Resource[]).splice(
        graph.resources.findIndex(({ name }) => name.startsWith("Forward-us-east-1")),
        1,
      ),
    caughtBy: /not from us-east-1/,
  },
  {
    name: "a placeholder that is left",
    sabotage: rewrite(MACHINE, "definition", /arn:aws:lambda:[^"]*:live/, "${task:record-finding}"),
    caughtBy: /placeholder is left/,
  },
  {
    name: "a state that leads nowhere",
    sabotage: rewrite(MACHINE, "definition", /"Next":"[^"]+"/, '"Next":"Nowhere"'),
    caughtBy: /asl-validator takes/,
  },
  {
    name: "a workflow that logs what it handles",
    sabotage: change(MACHINE, "loggingConfiguration.includeExecutionData", true),
    caughtBy: /log holds data/,
  },
  { name: "a workflow that is missing", sabotage: remove(MACHINE), caughtBy: /topology: workflows missing/ },
  {
    name: "an API without a firewall",
    sabotage: remove("wafv2/webAclAssociation:WebAclAssociation"),
    caughtBy: /no firewall is attached/,
  },
  {
    name: "an API without throttles",
    sabotage: remove("apigateway/methodSettings:MethodSettings"),
    caughtBy: /nothing throttles/,
  },
  {
    name: "a firewall that only counts in production",
    sabotage: (graph) =>
      put(first(graph, "wafv2/webAcl:WebAcl").inputs, { path: "rules.1.overrideAction", value: { count: {} } }),
    caughtBy: /not all none/,
  },
  {
    name: "an alarm that tells nobody",
    sabotage: change("cloudwatch/metricAlarm:MetricAlarm", "alarmActions", []),
    caughtBy: /tells a topic/,
  },
  {
    name: "dead letters that nobody hears of",
    sabotage: (graph) =>
      (graph.resources as Resource[]).splice(
        graph.resources.findIndex(({ name }) => name === "Alarm-inbox-dead-not-empty"),
        1,
      ),
    caughtBy: /Queue-inbox-dead: "rings when/,
  },
  {
    name: "a resource without an owner",
    sabotage: change(TABLE, "tagsAll.Owner", undefined),
    caughtBy: /Owner missing/,
  },
  {
    name: "an ARN of something that is not made",
    sabotage: rewrite("iam/rolePolicy:RolePolicy", "policy", /ephor-production-(?=[a-z-]+:log-stream)/, "ephor-other-"),
    caughtBy: /names nothing of this account/,
  },
  {
    name: "a resource that no policy knows",
    sabotage: add({ type: "aws:ec2/instance:Instance", name: "odd", region: "eu-central-1", inputs: {} }),
    caughtBy: /no policy knows/,
  },
];
