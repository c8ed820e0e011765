import { API_STAGE, arnsOf, type Context, LOG_DAYS, nameOf } from "./context.ts";
import { firewall } from "./firewall.ts";
import type { Functions } from "./functions.ts";
import type { Keys } from "./keys.ts";
import { policyOf, trustOf } from "./policy.ts";

const THROTTLE = { throttlingBurstLimit: 200, throttlingRateLimit: 100 };
const ACCESS_LOG_FIELDS = {
  requestId: "$context.requestId",
  ip: "$context.identity.sourceIp",
  time: "$context.requestTime",
  method: "$context.httpMethod",
  // The resource and not the path: a sign-in link's path is its secret.
  resource: "$context.resourcePath",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  wafStatus: "$context.waf.status",
};

/** The API by itself, so that the configuration can name its address before the functions behind it are made. */
export function restApi(context: Context): { rest: aws.apigateway.RestApi; url: $util.Output<string> } {
  const rest = new aws.apigateway.RestApi("Api", {
    name: nameOf(context, "api"),
    description: `Ephor ${context.stage.name}: HTTP API`,
    endpointConfiguration: { types: "REGIONAL" },
    // Tiles of the ledger are bytes; for any other type API Gateway would hand on the base64 text that Lambda gives it.
    binaryMediaTypes: ["*/*"],
    minimumCompressionSize: "1024",
    disableExecuteApiEndpoint: false,
  });
  const { EPHOR_DOMAIN } = context.settings;
  const own = $interpolate`https://${rest.id}.execute-api.${context.region}.amazonaws.com/${API_STAGE}`;
  return { rest, url: EPHOR_DOMAIN === "" ? own : $util.output(`https://${EPHOR_DOMAIN}`) };
}

type Made = { readonly rest: aws.apigateway.RestApi; readonly functions: Functions; readonly keys: Keys };

/** Every path and method to the function `api`; authentication is the app's own on both sides. */
export function api(context: Context, { rest, functions, keys }: Made): aws.apigateway.Stage {
  const live = functions["api"]?.live;
  if (live === undefined) throw new Error("no function is declared for the API");
  const proxy = new aws.apigateway.Resource("ApiProxy", {
    restApi: rest.id,
    parentId: rest.rootResourceId,
    pathPart: "{proxy+}",
  });
  const everyPath = method(rest, { thing: "Proxy", resourceId: proxy.id, live });
  const root = method(rest, { thing: "Root", resourceId: rest.rootResourceId, live });
  new aws.lambda.Permission("ApiMayInvoke", {
    action: "lambda:InvokeFunction",
    function: live.functionName,
    qualifier: live.name,
    principal: "apigateway.amazonaws.com",
    sourceArn: $interpolate`${rest.executionArn}/*/*`,
    sourceAccount: context.account,
  });
  const deployment = new aws.apigateway.Deployment(
    "ApiDeployment",
    { restApi: rest.id, triggers: { live: live.invokeArn } },
    { dependsOn: [everyPath, root] },
  );
  const logGroup = new aws.cloudwatch.LogGroup("Log-api-access", {
    name: `/aws/vendedlogs/apigateway/${nameOf(context, "api")}`,
    retentionInDays: LOG_DAYS,
    kmsKeyId: keys.data.arn,
  });
  const account = loggingRole(context);
  const stage = new aws.apigateway.Stage(
    "ApiStage",
    {
      restApi: rest.id,
      deployment: deployment.id,
      stageName: API_STAGE,
      xrayTracingEnabled: true,
      accessLogSettings: { destinationArn: logGroup.arn, format: JSON.stringify(ACCESS_LOG_FIELDS) },
    },
    { dependsOn: account },
  );
  domain(context, { rest, stage });
  new aws.apigateway.MethodSettings("ApiThrottle", {
    restApi: rest.id,
    stageName: stage.stageName,
    methodPath: "*/*",
    settings: { ...THROTTLE, metricsEnabled: true, loggingLevel: "ERROR", dataTraceEnabled: false },
  });
  const acl = firewall(context, { keys });
  new aws.wafv2.WebAclAssociation("ApiFirewall", { resourceArn: stage.arn, webAclArn: acl.arn });
  return stage;
}

/** A name of the user's own, whose paths begin at the root; where it is looked up is the user's to set. */
function domain({ settings }: Context, { rest, stage }: Pick<Made, "rest"> & { stage: aws.apigateway.Stage }): void {
  const { EPHOR_DOMAIN, EPHOR_CERTIFICATE_ARN } = settings;
  if (EPHOR_DOMAIN === "") return;
  const name = new aws.apigateway.DomainName("ApiDomain", {
    domainName: EPHOR_DOMAIN,
    regionalCertificateArn: EPHOR_CERTIFICATE_ARN,
    securityPolicy: "TLS_1_2",
    endpointConfiguration: { types: "REGIONAL" },
  });
  new aws.apigateway.BasePathMapping("ApiDomainMapping", {
    domainName: name.domainName,
    restApi: rest.id,
    stageName: stage.stageName,
  });
}

type Method = { readonly thing: string; readonly resourceId: $util.Output<string>; readonly live: aws.lambda.Alias };

function method(rest: aws.apigateway.RestApi, { thing, resourceId, live }: Method): aws.apigateway.Integration {
  const any = new aws.apigateway.Method(`Api${thing}Method`, {
    restApi: rest.id,
    resourceId,
    httpMethod: "ANY",
    authorization: "NONE",
  });
  return new aws.apigateway.Integration(`Api${thing}Integration`, {
    restApi: rest.id,
    resourceId,
    httpMethod: any.httpMethod,
    integrationHttpMethod: "POST",
    type: "AWS_PROXY",
    uri: live.invokeArn,
    timeoutMilliseconds: 29_000,
  });
}

/**
 * API Gateway logs with one role for each account and Region, whichever API it is. Two stages in one account set it in
 * turn, and either's role serves both; so it stays when a stage is removed.
 */
function loggingRole(context: Context): $util.Resource[] {
  if (context.settings.EPHOR_API_LOGGING_ROLE === "no") return [];
  const role = new aws.iam.Role(
    "Role-api-logging",
    {
      name: nameOf(context, "api-logging"),
      description: "API Gateway's logs of this account",
      assumeRolePolicy: trustOf("apigateway.amazonaws.com", context.account),
    },
    { retainOnDelete: true },
  );
  const grants = new aws.iam.RolePolicy(
    "Grants-api-logging",
    {
      name: "write-logs",
      role: role.name,
      policy: policyOf([
        {
          Sid: "Logs",
          Action: [
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
            "logs:GetLogEvents",
            "logs:FilterLogEvents",
          ],
          Resource: [
            arnsOf(context).logGroup("API-Gateway-Execution-Logs_*"),
            arnsOf(context).logGroup("/aws/vendedlogs/apigateway/*"),
          ],
        },
        { Sid: "LogGroups", Action: ["logs:DescribeLogGroups"], Resource: "*" },
      ]),
    },
    { retainOnDelete: true },
  );
  return [
    new aws.apigateway.Account(
      "ApiLogging",
      { cloudwatchRoleArn: role.arn },
      { dependsOn: [grants], retainOnDelete: true },
    ),
  ];
}
