import { at, type Check, expects, jsonAt, listAt, ofType, textAt, typed } from "./check.ts";

const MANAGED = ["AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet"];
const isAlias = (value: unknown): boolean => /:function:ephor-[a-z]+-api:live\/invocations$/.test(String(value));

export const apiChecks: readonly Check[] = [
  expects("is regional", {
    types: ["apigateway/restApi:RestApi"],
    values: { "endpointConfiguration.types": "REGIONAL" },
  }),
  expects("hands every request to the function behind its alias", {
    types: ["apigateway/integration:Integration"],
    values: { type: "AWS_PROXY", integrationHttpMethod: "POST", uri: isAlias, timeoutMilliseconds: 29_000 },
  }),
  expects("takes any method; the app authenticates", {
    types: ["apigateway/method:Method"],
    values: { httpMethod: "ANY", authorization: "NONE" },
  }),
  expects("takes any path", { types: ["apigateway/resource:Resource"], values: { pathPart: "{proxy+}" } }),
  {
    name: "is traced, logs accesses without paths, and has a firewall and throttles",
    types: typed("apigateway/stage:Stage"),
    wrong: ({ inputs, region }, graph) => {
      if (at(inputs, "xrayTracingEnabled") !== true) return "it is not traced";
      const format = textAt(inputs, "accessLogSettings.format");
      if (textAt(inputs, "accessLogSettings.destinationArn") === "" || /\$context\.path\b/.test(format))
        return "its access log is missing or names paths";
      const arn = `arn:aws:apigateway:${region}::/restapis/${textAt(inputs, "restApi")}/stages/${textAt(inputs, "stageName")}`;
      if (
        !ofType(graph, "wafv2/webAclAssociation:WebAclAssociation").some((one) => at(one.inputs, "resourceArn") === arn)
      )
        return "no firewall is attached";
      const throttles = ofType(graph, "apigateway/methodSettings:MethodSettings");
      return throttles.some((one) => at(one.inputs, "restApi") === at(inputs, "restApi"))
        ? undefined
        : "nothing throttles it";
    },
  },
  expects("throttles every method and logs no bodies", {
    types: ["apigateway/methodSettings:MethodSettings"],
    values: {
      methodPath: "*/*",
      "settings.throttlingRateLimit": (value: unknown) => typeof value === "number" && value > 0 && value <= 10_000,
      "settings.throttlingBurstLimit": (value: unknown) => typeof value === "number" && value > 0 && value <= 5_000,
      "settings.dataTraceEnabled": false,
    },
  }),
  expects("takes TLS 1.2 at least", {
    types: ["apigateway/domainName:DomainName"],
    values: { securityPolicy: "TLS_1_2", "endpointConfiguration.types": "REGIONAL" },
  }),
  expects("leads to the API's stage", {
    types: ["apigateway/basePathMapping:BasePathMapping"],
    values: { stageName: "ephor" },
  }),
  expects("is of a deployment that follows the function", {
    types: ["apigateway/deployment:Deployment"],
    values: { "triggers.live": isAlias },
  }),
  expects("logs with a role", {
    types: ["apigateway/account:Account"],
    values: { cloudwatchRoleArn: (value: unknown) => String(value).includes(":role/") },
  }),
  {
    name: "limits guesses to 100 in 5 minutes on links and sign-in alone",
    types: typed("wafv2/webAcl:WebAcl"),
    wrong: ({ inputs }) => {
      const rule = listAt(inputs, "rules").find((one) => at(one, "statement.rateBasedStatement") !== undefined);
      const limit = at(rule, "statement.rateBasedStatement");
      if (at(limit, "limit") !== 100 || at(limit, "evaluationWindowSec") !== 300) return "it does not";
      const paths = JSON.stringify(at(limit, "scopeDownStatement") ?? {});
      return paths.includes("/approve") && paths.includes("/sign-in") && at(rule, "action.block") !== undefined
        ? undefined
        : "it limits something else";
    },
  },
  {
    name: "has AWS's rules against common attacks, bad inputs and SQL, blocking in production",
    types: typed("wafv2/webAcl:WebAcl"),
    wrong: ({ inputs }, { stage }) => {
      const groups = listAt(inputs, "rules").filter(
        (one) => at(one, "statement.managedRuleGroupStatement") !== undefined,
      );
      const missing = MANAGED.filter(
        (name) => !groups.some((one) => at(one, "statement.managedRuleGroupStatement.name") === name),
      );
      if (missing.length > 0) return `${missing.join(", ")} missing`;
      const action = stage === "production" ? "none" : "count";
      return groups.every((one) => at(one, `overrideAction.${action}`) !== undefined) ? undefined : `not all ${action}`;
    },
  },
  expects("is regional and measured", {
    types: ["wafv2/webAcl:WebAcl"],
    values: { scope: "REGIONAL", "visibilityConfig.cloudwatchMetricsEnabled": true },
  }),
  {
    name: "logs without paths, tokens and cookies",
    types: typed("wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"),
    wrong: ({ inputs }) => {
      const redacted = JSON.stringify(listAt(inputs, "redactedFields"));
      const missing = ["uriPath", "authorization", "cookie"].filter((field) => !redacted.includes(field));
      return missing.length === 0 ? undefined : missing.join(", ");
    },
  },
  expects("names a firewall", {
    types: ["wafv2/webAclAssociation:WebAclAssociation"],
    values: { webAclArn: (value: unknown) => String(value).includes(":regional/webacl/") },
  }),
];

export const observabilityChecks: readonly Check[] = [
  {
    name: "tells a topic of its Region, when it rings and when it is over",
    types: typed("cloudwatch/metricAlarm:MetricAlarm"),
    wrong: ({ inputs, region }) => {
      const topic = `arn:aws:sns:${region}:`;
      const told = [listAt(inputs, "alarmActions"), listAt(inputs, "okActions")];
      return told.every((list) => list.length > 0 && list.every((arn) => String(arn).startsWith(topic)))
        ? undefined
        : "it does not";
    },
  },
  {
    name: "says what is wrong, and does not ring for want of data",
    types: typed("cloudwatch/metricAlarm:MetricAlarm"),
    wrong: ({ inputs }) =>
      textAt(inputs, "alarmDescription").length > 20 && at(inputs, "treatMissingData") === "notBreaching"
        ? undefined
        : "it does not",
  },
  expects("sends mail", {
    types: ["sns/topicSubscription:TopicSubscription"],
    values: { protocol: "email", endpoint: (value: unknown) => String(value).includes("@") },
  }),
  {
    name: "has a subscriber and a policy",
    types: typed("sns/topic:Topic"),
    wrong: ({ inputs, region }, graph) => {
      const arn = `arn:aws:sns:${region}:111111111111:${textAt(inputs, "name")}`;
      const told = ofType(graph, "sns/topicSubscription:TopicSubscription").some(
        (one) => at(one.inputs, "topic") === arn,
      );
      return told && ofType(graph, "sns/topicPolicy:TopicPolicy").some((one) => at(one.inputs, "arn") === arn)
        ? undefined
        : "it has not";
    },
  },
  ...["Errors", "Throttles"].map(
    (metric): Check => ({
      name: `rings on ${metric.toLowerCase()}`,
      types: typed("lambda/function:Function"),
      wrong: ({ inputs }, graph) =>
        alarmOn(graph, { metric, dimension: "FunctionName", value: textAt(inputs, "name") }),
    }),
  ),
  ...["ExecutionsFailed", "ExecutionsTimedOut"].map(
    (metric): Check => ({
      name: `rings on ${metric}`,
      types: typed("sfn/stateMachine:StateMachine"),
      wrong: ({ inputs, region }, graph) =>
        alarmOn(graph, {
          ...{ metric, dimension: "StateMachineArn" },
          value: `arn:aws:states:${region}:111111111111:stateMachine:${textAt(inputs, "name")}`,
        }),
    }),
  ),
  ...["ReadThrottleEvents", "WriteThrottleEvents", "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"].map(
    (metric): Check => ({
      name: `rings on ${metric}`,
      types: typed("dynamodb/table:Table"),
      wrong: ({ inputs }, graph) => alarmOn(graph, { metric, dimension: "TableName", value: textAt(inputs, "name") }),
    }),
  ),
  ...["5XXError", "Latency"].map(
    (metric): Check => ({
      name: `rings on ${metric}`,
      types: typed("apigateway/restApi:RestApi"),
      wrong: ({ inputs }, graph) => alarmOn(graph, { metric, dimension: "ApiName", value: textAt(inputs, "name") }),
    }),
  ),
  {
    name: "rings when it is a dead-letter queue and not empty",
    types: typed("sqs/queue:Queue"),
    wrong: ({ inputs, region }, graph) => {
      const name = textAt(inputs, "name");
      if (!/-dead(?:-|$)/.test(name)) return undefined;
      const metric = "ApproximateNumberOfMessagesVisible";
      return alarmOn(graph, { metric, dimension: "QueueName", value: name, region });
    },
  },
  {
    name: "has panels for API, functions, table, workflows, queues and evidence",
    types: typed("cloudwatch/dashboard:Dashboard"),
    wrong: ({ inputs }) => {
      const body = JSON.stringify(jsonAt(inputs, "dashboardBody") ?? {});
      const missing = ["ApiGateway", "Lambda", "DynamoDB", "States", "SQS", "S3"].filter(
        (one) => !body.includes(`"AWS/${one}"`),
      );
      return missing.length === 0 ? undefined : missing.join(", ");
    },
  },
  expects("warns at 80% and 100%", {
    types: ["budgets/budget:Budget"],
    values: { "notifications.0.threshold": 80, "notifications.1.threshold": 100, timeUnit: "MONTHLY" },
  }),
];

type Watched = {
  readonly metric: string;
  readonly dimension: string;
  readonly value: string;
  readonly region?: string;
};

function alarmOn(
  graph: Parameters<Check["wrong"]>[1],
  { metric, dimension, value, region }: Watched,
): string | undefined {
  const rings = ofType(graph, "cloudwatch/metricAlarm:MetricAlarm").some((alarm) => {
    if (region !== undefined && alarm.region !== region) return false;
    const simple = at(alarm.inputs, "metricName") === metric && at(at(alarm.inputs, "dimensions"), dimension) === value;
    const queried = listAt(alarm.inputs, "metricQueries").some(
      (query) => at(query, "metric.metricName") === metric && at(at(query, "metric.dimensions"), dimension) === value,
    );
    return simple || queried;
  });
  return rings ? undefined : "no alarm does";
}
