import {
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateStageCommand,
  GetResourcesCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  UpdateAccountCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import { answered, asIs, type Create, type Inputs, text } from "./creation.ts";

const ofApi = (inputs: Inputs) => ({ restApiId: text(inputs, "restApi") });
const ofResource = (inputs: Inputs) => ({
  ...ofApi(inputs),
  resourceId: text(inputs, "resourceId"),
  httpMethod: text(inputs, "httpMethod"),
});

/** A stage's settings, by the path that UpdateStage has for each (API Gateway API Reference, "Patch operations"). */
const SETTING_PATHS: Readonly<Record<string, string>> = {
  dataTraceEnabled: "logging/dataTrace",
  loggingLevel: "logging/loglevel",
  metricsEnabled: "metrics/enabled",
  throttlingBurstLimit: "throttling/burstLimit",
  throttlingRateLimit: "throttling/rateLimit",
};

/** The REST API. */
export const API: Readonly<Record<string, Create>> = {
  "aws:apigateway/restApi:RestApi": async ({ apigateway }, inputs) => {
    const { endpointConfiguration, minimumCompressionSize, disableExecuteApiEndpoint } = inputs;
    const { types } = asIs<{ types: "REGIONAL" }>(endpointConfiguration);
    const made = await apigateway.send(
      new CreateRestApiCommand({
        name: text(inputs, "name"),
        description: asIs(inputs["description"]),
        endpointConfiguration: { types: [types] },
        binaryMediaTypes: asIs(inputs["binaryMediaTypes"]),
        minimumCompressionSize: Number(minimumCompressionSize),
        disableExecuteApiEndpoint: disableExecuteApiEndpoint === true,
      }),
    );
    const id = answered(made.id, "API id");
    const { items = [] } = await apigateway.send(new GetResourcesCommand({ restApiId: id }));
    return { id, rootResourceId: answered(items.find(({ path }) => path === "/")?.id, "root resource") };
  },
  "aws:apigateway/resource:Resource": async ({ apigateway }, inputs) => {
    const parentId = text(inputs, "parentId");
    const pathPart = text(inputs, "pathPart");
    const made = await apigateway.send(new CreateResourceCommand({ ...ofApi(inputs), parentId, pathPart }));
    return { id: answered(made.id, "resource id") };
  },
  "aws:apigateway/method:Method": async ({ apigateway }, inputs) => {
    const authorizationType = text(inputs, "authorization");
    await apigateway.send(new PutMethodCommand({ ...ofResource(inputs), authorizationType }));
    return {};
  },
  "aws:apigateway/integration:Integration": async ({ apigateway }, inputs) => {
    await apigateway.send(
      new PutIntegrationCommand({
        ...ofResource(inputs),
        integrationHttpMethod: text(inputs, "integrationHttpMethod"),
        type: asIs(inputs["type"]),
        uri: text(inputs, "uri"),
        timeoutInMillis: asIs(inputs["timeoutMilliseconds"]),
      }),
    );
    return {};
  },
  "aws:apigateway/deployment:Deployment": async ({ apigateway }, inputs) => {
    const made = await apigateway.send(new CreateDeploymentCommand(ofApi(inputs)));
    return { id: answered(made.id, "deployment id") };
  },
  "aws:apigateway/account:Account": async ({ apigateway }, inputs) => {
    const value = text(inputs, "cloudwatchRoleArn");
    const patchOperations = [{ op: "replace" as const, path: "/cloudwatchRoleArn", value }];
    await apigateway.send(new UpdateAccountCommand({ patchOperations }));
    return {};
  },
  "aws:apigateway/stage:Stage": async ({ apigateway }, inputs) => {
    const stageName = text(inputs, "stageName");
    const { destinationArn, format } = asIs<{ destinationArn: string; format: string }>(inputs["accessLogSettings"]);
    await apigateway.send(
      new CreateStageCommand({
        ...ofApi(inputs),
        stageName,
        deploymentId: text(inputs, "deployment"),
        tracingEnabled: inputs["xrayTracingEnabled"] === true,
      }),
    );
    const patchOperations = [
      { op: "replace" as const, path: "/accessLogSettings/destinationArn", value: destinationArn },
      { op: "replace" as const, path: "/accessLogSettings/format", value: format },
    ];
    await apigateway.send(new UpdateStageCommand({ ...ofApi(inputs), stageName, patchOperations }));
    return {};
  },
  "aws:apigateway/methodSettings:MethodSettings": async ({ apigateway }, inputs) => {
    const patchOperations = Object.entries(asIs<Inputs>(inputs["settings"])).map(([name, value]) => {
      const path = SETTING_PATHS[name];
      if (path === undefined) throw new Error(`its setting ${name} has no path`);
      return { op: "replace" as const, path: `/${text(inputs, "methodPath")}/${path}`, value: String(value) };
    });
    await apigateway.send(
      new UpdateStageCommand({ ...ofApi(inputs), stageName: text(inputs, "stageName"), patchOperations }),
    );
    return {};
  },
};
