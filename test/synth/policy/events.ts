import { PATTERN_LIMITS, parsePattern } from "@ephor/events/pattern/index";
import {
  at,
  type Check,
  expects,
  type Graph,
  jsonAt,
  listAt,
  ofType,
  type Resource,
  statementsAt,
  textAt,
  typed,
} from "./check.ts";

const RULE = "cloudwatch/eventRule:EventRule";
const TARGET = "cloudwatch/eventTarget:EventTarget";
const MACHINE = "sfn/stateMachine:StateMachine";
const STATES = ["ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"];
/** Of one bus (EventBridge quotas). */
const RULES_MAX = 300;
const WILDCARD_RULES_MAX = 30;

const busOf = ({ inputs, region }: Resource): string => `${region} ${textAt(inputs, "eventBusName") || "default"}`;
const rulesBeside = (resource: Resource, graph: Graph): readonly Resource[] =>
  ofType(graph, RULE).filter((one) => busOf(one) === busOf(resource));
const namesOf = (resource: Resource): readonly unknown[] =>
  listAt(jsonAt(resource.inputs, "eventPattern"), "detail.eventName");
/** What narrows a rule that gets the many read-only events: exact eventNames, or the root user. */
const isNarrow = (resource: Resource): boolean => {
  const names = namesOf(resource);
  const pattern = jsonAt(resource.inputs, "eventPattern");
  const isRoot = JSON.stringify(at(pattern, "detail.userIdentity.type")) === '["Root"]';
  return isRoot || (names.length > 0 && names.every((name) => typeof name === "string"));
};

/** A rule about what Step Functions runs, which no detection asks for. */
const isOfExecutions = ({ inputs }: Resource): boolean =>
  JSON.stringify(at(jsonAt(inputs, "eventPattern"), "source")) === '["aws.states"]';
const machinesHeardBy = ({ inputs }: Resource): readonly unknown[] =>
  listAt(jsonAt(inputs, "eventPattern"), "detail.stateMachineArn");
const arnOfMachine = ({ inputs, region }: Resource): string =>
  `arn:aws:states:${region}:111111111111:stateMachine:${textAt(inputs, "name")}`;

export const eventChecks: readonly Check[] = [
  {
    name: "hears of executions of this stage's Standard workflows alone, each by name",
    types: typed(RULE),
    wrong: (resource, graph) => {
      if (!isOfExecutions(resource)) return undefined;
      const machines = ofType(graph, MACHINE).filter(({ inputs }) => at(inputs, "type") === "STANDARD");
      const wanted = machines.map(arnOfMachine).sort();
      return JSON.stringify([...machinesHeardBy(resource)].sort()) === JSON.stringify(wanted)
        ? undefined
        : `it hears of ${machinesHeardBy(resource).join(", ") || "all"}`;
    },
  },
  {
    name: "tells of its executions in the home Region, if it is a Standard one",
    types: typed(MACHINE),
    wrong: (resource, graph) => {
      if (at(resource.inputs, "type") !== "STANDARD") return undefined;
      const rule = ofType(graph, RULE).find(
        (one) => one.region === resource.region && machinesHeardBy(one).includes(arnOfMachine(resource)),
      );
      const target = ofType(graph, TARGET).find((one) => at(one.inputs, "rule") === at(rule?.inputs, "name"));
      const queue = textAt(target?.inputs, "arn");
      const reads = ofType(graph, "lambda/eventSourceMapping:EventSourceMapping").some(
        (one) => at(one.inputs, "eventSourceArn") === queue,
      );
      return rule !== undefined && reads ? undefined : "nobody reads what is told of them";
    },
  },
  {
    name: "may be sent to by EventBridge for this account, where rules name it",
    types: typed("sqs/queue:Queue"),
    wrong: ({ inputs, region }, graph) => {
      const arn = `arn:aws:sqs:${region}:111111111111:${textAt(inputs, "name")}`;
      const isNamed = ofType(graph, TARGET).some((one) =>
        [textAt(one.inputs, "arn"), textAt(one.inputs, "deadLetterConfig.arn")].includes(arn),
      );
      const mayBeSent = ofType(graph, "sqs/queuePolicy:QueuePolicy")
        .flatMap((one) => statementsAt(one.inputs, "policy"))
        .some(
          ({ principal, actions, resources, condition }) =>
            at(principal, "Service") === "events.amazonaws.com" &&
            actions.includes("sqs:SendMessage") &&
            resources.includes(arn) &&
            at(condition, "StringEquals.aws:SourceAccount") === "111111111111",
        );
      return isNamed === mayBeSent ? undefined : isNamed ? "it may not" : "it may for no reason";
    },
  },
  {
    name: "has a pattern that EventBridge takes",
    types: typed(RULE),
    wrong: ({ inputs }) => {
      const parsed = parsePattern(textAt(inputs, "eventPattern"), {
        charactersMax: PATTERN_LIMITS.eventBridgeCharacters,
      });
      return parsed.ok ? undefined : parsed.error.message;
    },
  },
  {
    name: "is enabled, for read-only events only where it is narrow",
    types: typed(RULE),
    wrong: (resource) => {
      const state = textAt(resource.inputs, "state");
      if (!STATES.includes(state)) return `state is ${state}`;
      return state === "ENABLED" || isNarrow(resource) ? undefined : "it would get all read-only events";
    },
  },
  {
    name: "has a name of at most 64 characters that no other rule of its bus has",
    types: typed(RULE),
    wrong: (resource, graph) => {
      const name = textAt(resource.inputs, "name");
      if (!/^[\w.-]{1,64}$/.test(name)) return `name is ${name}`;
      return rulesBeside(resource, graph).filter((one) => textAt(one.inputs, "name") === name).length === 1
        ? undefined
        : "another has it";
    },
  },
  {
    name: "shares its bus with at most 299 others, at most 30 of all with wildcards",
    types: typed(RULE),
    wrong: (resource, graph) => {
      const all = rulesBeside(resource, graph);
      const wildcards = all.filter((one) => textAt(one.inputs, "eventPattern").includes('"wildcard"'));
      return all.length <= RULES_MAX && wildcards.length <= WILDCARD_RULES_MAX
        ? undefined
        : `${all.length}, ${wildcards.length}`;
    },
  },
  {
    name: "names no exact eventName that another rule of its bus names",
    types: typed(RULE),
    wrong: (resource, graph) => {
      const others = new Set(
        rulesBeside(resource, graph)
          .filter((one) => one !== resource)
          .flatMap(namesOf),
      );
      const shared = namesOf(resource).filter((name) => typeof name === "string" && others.has(name));
      return shared.length === 0 ? undefined : shared.join(", ");
    },
  },
  {
    name: "has a target",
    types: typed(RULE),
    wrong: (resource, graph) => {
      const targets = ofType(graph, TARGET).filter(
        (one) => busOf(one) === busOf(resource) && one.inputs["rule"] === resource.inputs["name"],
      );
      return targets.length === 1 ? undefined : `it has ${targets.length}`;
    },
  },
  {
    name: "keeps what it cannot deliver in a queue of its Region, after retries",
    types: typed(TARGET),
    wrong: ({ inputs, region }) => {
      const dead = textAt(inputs, "deadLetterConfig.arn");
      if (!dead.startsWith(`arn:aws:sqs:${region}:`)) return `its dead-letter queue is ${dead || "none"}`;
      return Number(at(inputs, "retryPolicy.maximumRetryAttempts")) >= 3 ? undefined : "it is not tried again";
    },
  },
  {
    name: "starts a workflow behind its alias with the inbox's input, forwards to the home bus, or tells of executions",
    types: typed(TARGET),
    wrong: ({ inputs }) => {
      const arn = textAt(inputs, "arn");
      if (arn.includes(":sqs:")) return /-executions$/.test(arn) ? undefined : `it sends to ${arn}`;
      if (textAt(inputs, "roleArn") === "") return "it has no role";
      if (arn.includes(":event-bus/"))
        return at(inputs, "eventBusName") === undefined ? undefined : "a bus cannot forward what it received";
      if (!/:stateMachine:[^:]+:live$/.test(arn)) return `it calls ${arn}`;
      const template = textAt(inputs, "inputTransformer.inputTemplate");
      return template === '{"event": <aws.events.event.json>, "correlationId": <id>}'
        ? undefined
        : `its input is ${template}`;
    },
  },
  {
    name: "carries every rule of the home bus, from us-east-1 as well",
    types: typed("cloudwatch/eventBus:EventBus"),
    wrong: ({ inputs, region }, graph) => {
      const facts = (one: Resource) => `${textAt(one.inputs, "eventPattern")} ${textAt(one.inputs, "state")}`;
      const of = (bus: string) =>
        ofType(graph, RULE)
          .filter((one) => busOf(one) === bus && !isOfExecutions(one))
          .map(facts)
          .sort()
          .join();
      const home = of(`${region} ${textAt(inputs, "name")}`);
      const missing = ["us-east-1", region].filter((one) => home === "" || of(`${one} default`) !== home);
      return missing.length === 0 ? undefined : `not from ${missing.join(", ")}`;
    },
  },
  expects("is encrypted and has a dead-letter queue", {
    types: ["cloudwatch/eventBus:EventBus"],
    values: {
      kmsKeyIdentifier: (value: unknown) => String(value).includes(":key/"),
      "deadLetterConfig.arn": (value: unknown) => String(value).includes(":sqs:"),
    },
  }),
  expects("keeps what the bus received, to be replayed", {
    types: ["cloudwatch/eventArchive:EventArchive"],
    values: {
      retentionDays: (value: unknown) => typeof value === "number" && value >= 30,
      kmsKeyIdentifier: (value: unknown) => String(value).includes(":key/"),
    },
  }),
  expects("calls a function behind its alias, with a dead-letter queue, encrypted", {
    types: ["scheduler/schedule:Schedule"],
    values: {
      "target.arn": (value: unknown) => String(value).endsWith(":live"),
      "target.deadLetterConfig.arn": (value: unknown) => String(value).endsWith("-schedules-dead"),
      "target.input": '{"v":1}',
      kmsKeyArn: (value: unknown) => String(value).includes(":key/"),
    },
  }),
  expects("is named for the stage", {
    types: ["scheduler/scheduleGroup:ScheduleGroup", "sqs/queue:Queue", "sns/topic:Topic"],
    values: { name: (value: unknown) => /^ephor-(dev|staging|production)-/.test(String(value)) },
  }),
];
