import { join } from "node:path";
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import { CreateStateMachineAliasCommand, CreateStateMachineCommand } from "@aws-sdk/client-sfn";
import type { Clients } from "../clients.ts";
import { functionCode } from "../lambda/function-code.ts";
import { answered, asIs, type Create, type Inputs, pascal, text } from "./creation.ts";

/** The custom runtime that runs the bundle (lambda/bootstrap.mjs says why). */
const RUNTIME = "provided.al2023";

/** Functions, workflows and what calls them. */
export const FUNCTIONS: Readonly<Record<string, Create>> = {
  "aws:lambda/function:Function": async ({ lambda }, inputs, { root }) => {
    const ZipFile = functionCode(join(root, text(asIs<Inputs>(inputs["code"]), "path")));
    const { environment, tracingConfig, memorySize, timeout, architectures, publish } = inputs;
    const made = await lambda.send(
      new CreateFunctionCommand({
        FunctionName: text(inputs, "name"),
        Description: asIs(inputs["description"]),
        Runtime: RUNTIME,
        Handler: text(inputs, "handler"),
        Architectures: pascal(architectures),
        Code: { ZipFile },
        Role: text(inputs, "role"),
        Timeout: pascal(timeout),
        MemorySize: pascal(memorySize),
        Publish: publish === true,
        Environment: { Variables: asIs(asIs<Inputs>(environment)["variables"]) },
        KMSKeyArn: asIs(inputs["kmsKeyArn"]),
        TracingConfig: pascal(tracingConfig),
      }),
    );
    return { arn: answered(made.FunctionArn, "function ARN"), version: answered(made.Version, "version") };
  },
  "aws:lambda/alias:Alias": async ({ lambda }, inputs) => {
    const { AliasArn } = await lambda.send(
      new CreateAliasCommand({
        Name: text(inputs, "name"),
        FunctionName: text(inputs, "functionName"),
        FunctionVersion: text(inputs, "functionVersion"),
      }),
    );
    return { arn: answered(AliasArn, "alias ARN") };
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": async ({ lambda }, inputs) => {
    const { bisectBatchOnFunctionError, maximumRecordAgeInSeconds, startingPosition, functionResponseTypes } = inputs;
    const { filterCriteria, destinationConfig, maximumRetryAttempts } = inputs;
    await lambda.send(
      new CreateEventSourceMappingCommand({
        EventSourceArn: text(inputs, "eventSourceArn"),
        FunctionName: text(inputs, "functionName"),
        BatchSize: pascal(inputs["batchSize"]),
        MaximumBatchingWindowInSeconds: pascal(inputs["maximumBatchingWindowInSeconds"]),
        FunctionResponseTypes: pascal(functionResponseTypes),
        FilterCriteria: pascal(filterCriteria),
        StartingPosition: pascal(startingPosition),
        BisectBatchOnFunctionError: pascal(bisectBatchOnFunctionError),
        MaximumRetryAttempts: pascal(maximumRetryAttempts),
        MaximumRecordAgeInSeconds: pascal(maximumRecordAgeInSeconds),
        DestinationConfig: destinationOf(destinationConfig),
      }),
    );
    return {};
  },
  "aws:lambda/permission:Permission": async ({ lambda }, inputs) => {
    await lambda.send(
      new AddPermissionCommand({
        StatementId: "graph",
        Action: text(inputs, "action"),
        FunctionName: text(inputs, "function"),
        Qualifier: asIs(inputs["qualifier"]),
        Principal: text(inputs, "principal"),
        SourceArn: asIs(inputs["sourceArn"]),
        SourceAccount: asIs(inputs["sourceAccount"]),
      }),
    );
    return {};
  },
  "aws:sfn/stateMachine:StateMachine": async ({ sfn }, inputs) => {
    const { tracingConfiguration, publish } = inputs;
    const { level, includeExecutionData, logDestination } = asIs<Inputs>(inputs["loggingConfiguration"]);
    const made = await sfn.send(
      new CreateStateMachineCommand({
        name: text(inputs, "name"),
        type: asIs(inputs["type"]),
        definition: text(inputs, "definition"),
        roleArn: text(inputs, "roleArn"),
        publish: publish === true,
        tracingConfiguration: asIs(tracingConfiguration),
        loggingConfiguration: {
          level: asIs(level),
          includeExecutionData: includeExecutionData === true,
          destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: asIs(logDestination) } }],
        },
      }),
    );
    const stateMachineVersionArn = answered(made.stateMachineVersionArn, "version ARN");
    return { arn: answered(made.stateMachineArn, "state machine ARN"), stateMachineVersionArn };
  },
  "aws:sfn/alias:Alias": async ({ sfn }, inputs) => {
    const routingConfiguration = asIs<{ stateMachineVersionArn: string; weight: number }[]>(
      inputs["routingConfigurations"],
    );
    const { stateMachineAliasArn } = await sfn.send(
      new CreateStateMachineAliasCommand({ name: text(inputs, "name"), routingConfiguration }),
    );
    return { arn: answered(stateMachineAliasArn, "alias ARN") };
  },
};

/** The provider takes `destinationArn`, AWS `Destination`. */
function destinationOf(config: unknown) {
  if (config === undefined) return undefined;
  const { onFailure } = asIs<{ onFailure: { destinationArn: string } }>(config);
  return { OnFailure: { Destination: onFailure.destinationArn } };
}

/** Publishes a version of the code at `folder` and moves the alias to it, as a later deployment does. Gives the version. */
export async function publishVersion(
  { lambda }: Pick<Clients, "lambda">,
  { name, alias, folder, mark }: { name: string; alias: string; folder: string; mark: string },
): Promise<string> {
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: functionCode(folder, { mark }) }));
  const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName: name }));
  const version = answered(Version, "version");
  await lambda.send(new UpdateAliasCommand({ FunctionName: name, Name: alias, FunctionVersion: version }));
  return version;
}
