import { detections } from "@ephor/detections/catalogue";
import { isJsonObject } from "@ephor/domain/json";
import { packablesOf, packRules } from "@ephor/topology/pack-rules";
import { placeholdersOf, substitute } from "@ephor/topology/placeholders";
import { topologyOf } from "@ephor/topology/topology";
import validate from "asl-validator";
import { functionsOf } from "../../../functions/functions.ts";
import { at, type Check, expects, type Graph, jsonAt, listAt, ofType, textAt, typed } from "./check.ts";

export const shippedTopology = topologyOf(detections);

const MACHINE = "sfn/stateMachine:StateMachine";
const plain = (name: string): string => name.replace(/^ephor-[a-z]+-/, "");

export const workflowChecks: readonly Check[] = [
  {
    name: "has a definition that asl-validator takes, with no placeholder left",
    types: typed(MACHINE),
    wrong: ({ inputs }) => {
      const definition = jsonAt(inputs, "definition");
      if (!isJsonObject(definition)) return "it is no JSON object";
      if (placeholdersOf(definition).length > 0 || textAt(inputs, "definition").includes("${"))
        return "a placeholder is left";
      const { isValid, errors } = validate(definition);
      return isValid ? undefined : JSON.stringify(errors);
    },
  },
  {
    name: "is topology's definition, its names put in and nothing else changed",
    types: typed(MACHINE),
    wrong: ({ inputs }, { stage }) => {
      const declared = shippedTopology.workflows.find(({ name }) => name === plain(textAt(inputs, "name")));
      if (declared === undefined) return "topology has no such workflow";
      const arns = substitute(declared.definition, ({ kind, name }) =>
        kind === "task"
          ? `arn:aws:lambda:eu-central-1:111111111111:function:ephor-${stage}-${name}:live`
          : `arn:aws:states:eu-central-1:111111111111:stateMachine:ephor-${stage}-${name}:live`,
      );
      const isType = at(inputs, "type") === declared.type.toUpperCase();
      return isType && JSON.stringify(arns) === textAt(inputs, "definition") ? undefined : "it differs";
    },
  },
  {
    name: "is traced, published, and logs without data; Express ones errors alone",
    types: typed(MACHINE),
    wrong: ({ inputs }) => {
      if (at(inputs, "tracingConfiguration.enabled") !== true || at(inputs, "publish") !== true) return "it is not";
      if (at(inputs, "loggingConfiguration.includeExecutionData") !== false) return "its log holds data";
      const level = at(inputs, "loggingConfiguration.level");
      return level === (at(inputs, "type") === "EXPRESS" ? "ERROR" : "ALL") ? undefined : `it logs ${level}`;
    },
  },
  {
    name: "is started behind the alias live",
    types: typed(MACHINE),
    wrong: ({ inputs }, graph) => {
      const version = new RegExp(`:stateMachine:${textAt(inputs, "name")}:\\d+$`);
      const of = ofType(graph, "sfn/alias:Alias").filter((one) =>
        version.test(textAt(listAt(one.inputs, "routingConfigurations")[0], "stateMachineVersionArn")),
      );
      return of.length === 1 && of[0]?.inputs["name"] === "live" ? undefined : "it has no such alias";
    },
  },
  expects("sends everything to one version", {
    types: ["sfn/alias:Alias"],
    values: { "routingConfigurations.0.weight": 100, "routingConfigurations.1": undefined },
  }),
  expects("samples one request in a hundred", {
    types: ["xray/samplingRule:SamplingRule"],
    values: { fixedRate: 0.01 },
  }),
];

/** Everything in topology with the names that a graph must hold, each once. */
function wantedOf(graph: Graph): readonly { what: string; wanted: readonly string[]; found: readonly string[] }[] {
  const named = (type: string) => ofType(graph, type).map(({ inputs }) => plain(textAt(inputs, "name")));
  const onHomeBus = ofType(graph, "cloudwatch/eventRule:EventRule").filter(
    ({ inputs }) => textAt(inputs, "eventBusName") !== "",
  );
  const { tables, workflows, schedules, routes } = shippedTopology;
  return [
    { what: "tables", wanted: tables.map(({ name }) => name), found: named("dynamodb/table:Table") },
    {
      what: "indexes",
      wanted: tables.flatMap(({ indexes }) => indexes),
      found: ofType(graph, "dynamodb/table:Table").flatMap(({ inputs }) =>
        listAt(inputs, "globalSecondaryIndexes").map((index) => textAt(index, "name")),
      ),
    },
    { what: "workflows", wanted: workflows.map(({ name }) => name), found: named(MACHINE) },
    {
      what: "functions",
      wanted: functionsOf(shippedTopology).map(({ name }) => name),
      found: named("lambda/function:Function"),
    },
    { what: "schedules", wanted: schedules.map(({ name }) => name), found: named("scheduler/schedule:Schedule") },
    {
      what: "rules",
      wanted: routes.flatMap((route) =>
        packRules(packablesOf(route)).map(({ pattern, state }) => `${state} ${JSON.stringify(pattern)}`),
      ),
      found: onHomeBus.map(({ inputs }) => `${textAt(inputs, "state")} ${textAt(inputs, "eventPattern")}`),
    },
  ];
}

/** What of topology is missing from a graph, there twice, or not of topology. */
export const topologyProblems = (graph: Graph): readonly string[] =>
  wantedOf(graph).flatMap(({ what, wanted, found }) => {
    const differ = JSON.stringify([...wanted].sort()) !== JSON.stringify([...found].sort());
    const missing = wanted.filter((one) => !found.includes(one));
    const odd = found.filter((one, index) => !wanted.includes(one) || found.indexOf(one) !== index);
    return differ
      ? [`topology: ${what} missing: ${missing.join(", ") || "none"}; too many: ${odd.join(", ") || "none"}`]
      : [];
  });
