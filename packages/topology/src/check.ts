import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { parsePattern } from "@ephor/events/pattern/index";
import { untried } from "./check-retries.ts";
import { placeholdersOf, stringsOf } from "./placeholders.ts";
import type { Route, Topology, Workflow } from "./types.ts";

/** One thing wrong with a topology: where, and what was expected. */
export type TopologyProblem = { readonly where: string; readonly message: string };

/** AWS quotas (EventBridge and Step Functions Developer Guides, "Quotas"). */
const PATTERN_CHARACTERS_MAX = 2048;
const RULES_MAX = 300;
/** A pattern with a wildcard shares its rule with no other, so each is one of the bus's rules with wildcards. */
const WILDCARD_RULES_MAX = 30;
const DEFINITION_BYTES_MAX = 1_048_576;
const TASK_SECONDS_MAX = 30;
const EXPRESS_SECONDS_MAX = 300;

/** Architecture rule 3: what a state may be and may call. */
const STATE_TYPES: Readonly<Record<Workflow["type"], ReadonlySet<string>>> = {
  standard: new Set(["Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"]),
  express: new Set(["Pass", "Task", "Choice", "Succeed", "Fail", "Parallel", "Map"]),
};
const RESOURCES: Readonly<Record<Workflow["type"], ReadonlySet<string>>> = {
  standard: new Set([
    "arn:aws:states:::lambda:invoke",
    "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "arn:aws:states:::states:startExecution",
    "arn:aws:states:::states:startExecution.sync:2",
  ]),
  express: new Set(["arn:aws:states:::lambda:invoke", "arn:aws:states:::states:startExecution"]),
};

const INVOKES: ReadonlySet<string> = new Set([
  "arn:aws:states:::lambda:invoke",
  "arn:aws:states:::lambda:invoke.waitForTaskToken",
]);

/** Everything wrong with `topology`: unknown names, states outside the allow-list, quotas. Empty when it may be deployed. */
export function checkTopology(topology: Topology): readonly TopologyProblem[] {
  return [
    ...duplicates(topology),
    ...checkRules(topology),
    ...topology.routes.flatMap((route) => checkRoute(topology, route)),
    ...topology.workflows.flatMap((workflow) => checkWorkflow(topology, workflow)),
    ...checkTasks(topology),
  ];
}

function duplicates(topology: Topology): readonly TopologyProblem[] {
  const groups = {
    routes: topology.routes,
    workflows: topology.workflows,
    tasks: topology.tasks,
    schedules: topology.schedules,
  };
  return Object.entries(groups).flatMap(([group, items]) =>
    items
      .filter((item, index) => items.findIndex(({ name }) => name === item.name) !== index)
      .map(({ name }) => ({ where: `${group} ${name}`, message: "the name stands twice, expected once" })),
  );
}

function checkRules({ routes }: Topology): readonly TopologyProblem[] {
  const wildcards = routes
    .flatMap(({ patterns }) => patterns)
    .filter((pattern) => JSON.stringify(pattern).includes('"wildcard":'));
  const where = "routes";
  return [
    ...(routes.length > RULES_MAX ? [{ where, message: `are ${routes.length}, a bus holds ${RULES_MAX} rules` }] : []),
    ...(wildcards.length > WILDCARD_RULES_MAX
      ? [{ where, message: `have ${wildcards.length} patterns with wildcards, a bus holds ${WILDCARD_RULES_MAX}` }]
      : []),
  ];
}

function checkRoute(topology: Topology, { name, patterns, workflow }: Route): readonly TopologyProblem[] {
  const where = `route ${name}`;
  const target = topology.workflows.some((known) => known.name === workflow);
  return [
    ...(target ? [] : [{ where, message: `starts the unknown workflow ${workflow}` }]),
    ...patterns.flatMap((pattern, index) => checkPattern(`${where} pattern ${index}`, pattern)),
  ];
}

function checkPattern(where: string, pattern: JsonObject): readonly TopologyProblem[] {
  const text = JSON.stringify(pattern);
  const parsed = parsePattern(pattern);
  const problems = parsed.ok ? [] : [{ where, message: `${parsed.error.message} at ${parsed.error.path ?? "/"}` }];
  if (text.length <= PATTERN_CHARACTERS_MAX) return problems;
  return [
    ...problems,
    { where, message: `has ${text.length} characters, EventBridge allows ${PATTERN_CHARACTERS_MAX}` },
  ];
}

function checkWorkflow(topology: Topology, workflow: Workflow): readonly TopologyProblem[] {
  const { name, definition } = workflow;
  const where = `workflow ${name}`;
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  return [
    ...(bytes > DEFINITION_BYTES_MAX
      ? [{ where, message: `has ${bytes} bytes, Step Functions allows ${DEFINITION_BYTES_MAX}` }]
      : []),
    ...(definition["QueryLanguage"] === "JSONata" ? [] : [{ where, message: 'QueryLanguage is not "JSONata"' }]),
    ...checkNames(topology, workflow),
    ...statesOf(definition).flatMap(({ path, state }) => checkState(workflow, { where: `${where} ${path}`, state })),
    ...(workflow.type === "express" ? checkExpress(where, definition) : []),
  ];
}

function checkNames(topology: Topology, { name, definition }: Workflow): readonly TopologyProblem[] {
  const known = { task: topology.tasks, workflow: topology.workflows };
  const unknown = placeholdersOf(definition).filter((one) => !known[one.kind].some((item) => item.name === one.name));
  const left = [...stringsOf(definition)].filter(({ text }) => /\$\{(?!(task|workflow):[a-z0-9-]+\})/.test(text));
  return [
    ...unknown.map((one) => ({ where: `workflow ${name}`, message: `names the unknown ${one.kind} ${one.name}` })),
    ...left.map(({ path }) => ({
      where: `workflow ${name} ${path}`,
      message: "holds a placeholder that nothing resolves",
    })),
  ];
}

function checkState(
  { type }: Workflow,
  { where, state }: { where: string; state: JsonObject },
): readonly TopologyProblem[] {
  const kind = String(state["Type"]);
  if (!STATE_TYPES[type].has(kind)) return [{ where, message: `${kind} states are not allowed in ${type} workflows` }];
  if (state["QueryLanguage"] !== undefined && state["QueryLanguage"] !== "JSONata") {
    return [{ where, message: 'QueryLanguage is not "JSONata"' }];
  }
  if (kind !== "Task") return [];
  if (!RESOURCES[type].has(String(state["Resource"])))
    return [{ where, message: `${String(state["Resource"])} is not allowed in ${type} workflows` }];
  const missing = INVOKES.has(String(state["Resource"])) ? untried(state) : [];
  return missing.length === 0 ? [] : [{ where, message: `is not tried again after ${missing.join(", ")}` }];
}

/** Nobody retries a failed Express run on AWS: every failure must reach `park-event`, and five minutes are all there are. */
function checkExpress(where: string, definition: JsonObject): readonly TopologyProblem[] {
  const seconds = definition["TimeoutSeconds"];
  const isBounded = typeof seconds === "number" && seconds <= EXPRESS_SECONDS_MAX;
  const top = isJsonObject(definition["States"]) ? Object.entries(definition["States"]) : [];
  const parks = (state: JsonObject) => placeholdersOf(state).some(({ name }) => name === "park-event");
  const uncaught = top.filter(
    ([, state]) => isJsonObject(state) && mayFail(state) && !parks(state) && !catchesAll(state),
  );
  return [
    ...(isBounded ? [] : [{ where, message: `TimeoutSeconds is not a number up to ${EXPRESS_SECONDS_MAX}` }]),
    ...(top.some(([, state]) => isJsonObject(state) && parks(state))
      ? []
      : [{ where, message: "never reaches the task park-event" }]),
    ...uncaught.map(([name]) => ({ where: `${where} /States/${name}`, message: "has no Catch for States.ALL" })),
  ];
}

const mayFail = (state: JsonObject): boolean => ["Task", "Map", "Parallel"].includes(String(state["Type"]));

function catchesAll(state: JsonObject): boolean {
  const last = Array.isArray(state["Catch"]) ? state["Catch"].at(-1) : undefined;
  return isJsonObject(last) && Array.isArray(last["ErrorEquals"]) && last["ErrorEquals"].includes("States.ALL");
}

function checkTasks(topology: Topology): readonly TopologyProblem[] {
  const used = new Set([
    ...topology.workflows.flatMap(({ definition }) => placeholdersOf(definition).map(({ name }) => name)),
    ...topology.schedules.map(({ task }) => task),
  ]);
  const unknown = topology.schedules.filter(({ task }) => !topology.tasks.some(({ name }) => name === task));
  return [
    ...topology.tasks
      .filter(({ timeoutSeconds }) => timeoutSeconds > TASK_SECONDS_MAX)
      .map(({ name }) => ({ where: `task ${name}`, message: `may run longer than ${TASK_SECONDS_MAX} s` })),
    ...topology.tasks
      .filter(({ name }) => !used.has(name))
      .map(({ name }) => ({ where: `task ${name}`, message: "no workflow and no schedule uses it" })),
    ...unknown.map(({ name, task }) => ({ where: `schedule ${name}`, message: `runs the unknown task ${task}` })),
  ];
}

/** Every state, also of nested processors and branches, with the JSON pointer where it stands. */
function statesOf(machine: JsonObject, path = ""): readonly { path: string; state: JsonObject }[] {
  const states = isJsonObject(machine["States"]) ? Object.entries(machine["States"]) : [];
  return states.flatMap(([name, state]) => {
    if (!isJsonObject(state)) return [];
    const at = `${path}/States/${name}`;
    const processor = isJsonObject(state["ItemProcessor"])
      ? statesOf(state["ItemProcessor"], `${at}/ItemProcessor`)
      : [];
    const branches = Array.isArray(state["Branches"]) ? state["Branches"] : [];
    const nested = branches.flatMap((branch, index) =>
      isJsonObject(branch) ? statesOf(branch, `${at}/Branches/${index}`) : [],
    );
    return [{ path: at, state }, ...processor, ...nested];
  });
}
