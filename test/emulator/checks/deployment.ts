import { resolve } from "node:path";
import { GetAliasCommand, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { UpdateStateMachineAliasCommand, UpdateStateMachineCommand } from "@aws-sdk/client-sfn";
import { publishVersion } from "../deploy/create-functions.ts";
import type { Inputs } from "../deploy/creation.ts";
import { deployGraph } from "../deploy/deploy-graph.ts";
import { HOME_REGION } from "../system.ts";
import { type Check, must, type World } from "./check.ts";
import { holdResponses } from "./faults.ts";
import { matching, post, put } from "./generated.ts";
import { holdAgainstReplay } from "./same-findings.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const NEXT_VERSION = "0.1.1-next";

const namesOf = ({ system }: World, type: string): readonly string[] => system.deployed.namesOf(type);

/** Every function and workflow gets a new version behind `live` while events are on their way. */
async function deployInFlight(world: World): Promise<string> {
  const { system } = world;
  const before = (await system.runs.of("intake")).length;
  const [onBus, posted] = [matching(world, 40), matching(world, 20)];
  const sending = Promise.all([put(world, onBus), post(world, posted)]);
  await untilStarted(world, before);
  const inFlight = await system.runs.running();
  const functions = namesOf(world, "aws:lambda/function:Function");
  for (const name of functions) await redeployFunction(world, system.deployed.inputsOf(name));
  const workflows = namesOf(world, "aws:sfn/stateMachine:StateMachine");
  for (const name of workflows) await redeployWorkflow(world, system.deployed.inputsOf(name));
  await sending;
  await put(world, matching(world, 5));
  await system.settled();
  must(inFlight > 0, "no execution was in flight");
  must(await serves(world, NEXT_VERSION), "the API is still of the version before");
  await holdAgainstReplay(world);
  await holdResponses(world);
  return `${functions.length} functions and ${workflows.length} workflows anew while ${inFlight} executions ran; 65 events, none lost`;
}

async function untilStarted({ system }: World, before: number): Promise<void> {
  while ((await system.runs.of("intake")).length <= before) await new Promise((resolve) => setImmediate(resolve));
}

/** The page for people says which version answers. */
async function serves({ system }: World, version: string): Promise<boolean> {
  const page = await fetch(`${system.url}/`, { headers: { authorization: `Bearer ${system.token}` } });
  return (await page.text()).includes(version);
}

async function redeployFunction({ system }: World, inputs: Inputs): Promise<void> {
  const name = String(inputs["name"]);
  const { variables } = inputs["environment"] as { variables: Record<string, string> };
  const { path } = inputs["code"] as { path: string };
  const Variables = { ...variables, EPHOR_VERSION: NEXT_VERSION };
  await system.clients.lambda.send(
    new UpdateFunctionConfigurationCommand({ FunctionName: name, Environment: { Variables } }),
  );
  const folder = resolve(ROOT, path);
  const version = await publishVersion(system.clients, { name, alias: "live", folder, mark: NEXT_VERSION });
  const { FunctionVersion } = await system.clients.lambda.send(
    new GetAliasCommand({ FunctionName: name, Name: "live" }),
  );
  must(FunctionVersion === version && version !== "1", `${name}: live is version ${FunctionVersion}, not ${version}`);
}

async function redeployWorkflow({ system }: World, inputs: Inputs): Promise<void> {
  const name = String(inputs["name"]);
  const machine = `arn:aws:states:${HOME_REGION}:111111111111:stateMachine:${name}`;
  const definition: object = JSON.parse(String(inputs["definition"]));
  const { stateMachineVersionArn } = await system.clients.sfn.send(
    new UpdateStateMachineCommand({
      stateMachineArn: machine,
      definition: JSON.stringify({ ...definition, Comment: NEXT_VERSION }),
      publish: true,
    }),
  );
  await system.clients.sfn.send(
    new UpdateStateMachineAliasCommand({
      stateMachineAliasArn: `${machine}:live`,
      routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
    }),
  );
}

/** What cannot be deployed says why, before half of it is there. */
async function refusals({ system }: World): Promise<string> {
  const { endpoint } = system;
  const target = { endpoint, region: HOME_REGION };
  const told = (resources: Parameters<typeof deployGraph>[0]["resources"]) =>
    deployGraph({ stage: "dev", resources }, target).then(
      () => "nothing",
      (error: Error) => error.message,
    );
  const lost = { ...system.deployed.inputsOf("Function-api"), code: { path: ".build/functions/lost" } };
  const noBundle = await told([
    { type: "aws:lambda/function:Function", name: "Function-lost", region: HOME_REGION, inputs: lost },
  ]);
  must(
    /^aws:lambda\/function:Function Function-lost .* no bundle at .*functions\/lost\/index\.mjs/.test(noBundle),
    noBundle,
  );
  const unknown = { type: "aws:ec2/instance:Instance", name: "Machine", region: HOME_REGION, inputs: {} };
  const noType = await told([unknown]);
  must(/^Nobody knows how to create aws:ec2\/instance:Instance/.test(noType), noType);
  return "a bundle that is lost and a type that nobody knows are refused by name";
}

export const DEPLOYMENT: readonly Check[] = [
  { name: "a deployment while executions are in flight loses nothing", run: deployInFlight },
  { name: "the deployer refuses what it cannot create", run: refusals },
];
