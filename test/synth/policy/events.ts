import { PATTERN_LIMITS, parsePattern } from "@ephor/events/pattern/index";
import { at, type Check, expects, type Graph, jsonAt, listAt, ofType, type Resource, textAt, typed } from "./check.ts";

const RULE = "cloudwatch/eventRule:EventRule";
const TARGET = "cloudwatch/eventTarget:EventTarget";
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

export const eventChecks: readonly Check[] = [
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
    name: "starts a workflow behind its alias with the inbox's input, or forwards to the home bus",
    types: typed(TARGET),
    wrong: ({ inputs }) => {
      const arn = textAt(inputs, "arn");
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
          .filter((one) => busOf(one) === bus)
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
