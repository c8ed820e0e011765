import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import type { HistoryEvent } from "@ephor/local/engine/history";
import { parseDefinition } from "@ephor/local/engine/parse/parse-definition";
import { runWorkflow } from "@ephor/local/engine/run-workflow";
import type { TaskAnswer } from "@ephor/local/engine/scripted-world";

/** A call of the TestState API: one state, run by itself with what it would have called mocked. */
export type TestStateCall = {
  readonly definition: JsonObject;
  readonly input: Json;
  readonly request: {
    readonly stateName?: string;
    readonly variables?: string;
    readonly mock?: {
      readonly result?: string;
      readonly errorOutput?: { readonly error: string; readonly cause: string };
    };
    readonly stateConfiguration?: { readonly mapItemReaderData?: string };
  };
};
export type TestStateAnswer = {
  readonly status: "SUCCEEDED" | "FAILED" | "CAUGHT_ERROR";
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly nextState?: string;
  /** What the history tells of the state's inside: evaluated arguments and Map settings. */
  readonly inside: JsonObject;
};

const MOCKED = "arn:aws:states:::mock:state";
/** The name TestState gives the state it runs. */
const NAME = "StateName";

/** Runs the state in a machine of its own, every call it makes mocked, and says what TestState would say. */
export async function testState(call: TestStateCall): Promise<TestStateAnswer> {
  const state = mockedState(call);
  const parsed = parseDefinition(machineAround(state, call.request.variables));
  if (!parsed.ok) throw new Error(parsed.error.message);
  const answers = answersOf(call, state);
  const run = await runWorkflow({
    definition: parsed.value,
    input: call.input,
    tasks: { [MOCKED]: answers, ...(typeof state["Resource"] === "string" ? { [state["Resource"]]: answers } : {}) },
    now: "2026-01-01T00:00:00.000Z",
    entropy: "test state",
  });
  const inside = insideOf(run.history);
  const left = run.history.find(
    ({ type, details }) => type.endsWith("StateExited") && "name" in details && details.name === NAME,
  );
  if (left === undefined || !("output" in left.details)) {
    if (run.status === "SUCCEEDED") throw new Error("a state that was never left cannot succeed");
    return { status: "FAILED", inside, ...errorOf(run) };
  }
  const next = "next" in left.details ? left.details.next : undefined;
  const failed = run.history.findLast(
    ({ id, type }) => id < left.id && /^(Task|Map|Parallel)(State)?Failed$/.test(type),
  );
  return {
    status: failed === undefined ? "SUCCEEDED" : "CAUGHT_ERROR",
    output: left.details.output,
    ...(failed === undefined ? {} : errorOf(failed.details)),
    ...(next === undefined ? {} : { nextState: next }),
    inside,
  };
}

const errorOf = (failure: object): { error?: string; cause?: string } => ({
  ...("error" in failure && typeof failure.error === "string" ? { error: failure.error } : {}),
  ...("cause" in failure && typeof failure.cause === "string" ? { cause: failure.cause } : {}),
});

function stateOf({ definition, request }: TestStateCall): JsonObject {
  const states = definition["States"];
  if (!isJsonObject(states)) return definition;
  const state = states[request.stateName ?? ""];
  if (!isJsonObject(state)) throw new Error(`no state ${request.stateName}`);
  return { QueryLanguage: definition["QueryLanguage"] ?? "JSONPath", ...state };
}

/** A Map's or Parallel's result is mocked branch by branch: each becomes one task that gives its part. */
function mockedState(call: TestStateCall): JsonObject {
  const state = stateOf(call);
  const task = { Type: "Task", QueryLanguage: "JSONata", Resource: MOCKED, End: true };
  if (state["Type"] === "Map") {
    const { ItemReader: read, ...map } = state;
    const data = call.request.stateConfiguration?.mapItemReaderData;
    const items = read === undefined || data === undefined ? {} : { Items: JSON.parse(data) };
    return { ...map, ...items, ItemProcessor: { StartAt: "Mocked", States: { Mocked: task } } };
  }
  if (state["Type"] !== "Parallel") return state;
  const branches = Array.isArray(state["Branches"]) ? state["Branches"] : [];
  return { ...state, Branches: branches.map((_, i) => ({ StartAt: `Mocked${i}`, States: { [`Mocked${i}`]: task } })) };
}

/** The state with whatever it may go on to, after a state that assigns the given variables. */
function machineAround(state: JsonObject, variables: string | undefined): JsonObject {
  const targets = [...JSON.stringify(state).matchAll(/"(?:Next|Default)":"([^"]+)"/g)].map(([, name]) => name ?? "");
  const after = Object.fromEntries(targets.map((name) => [name, { Type: "Succeed", QueryLanguage: "JSONata" }]));
  const assign = variables === undefined ? {} : JSON.parse(variables);
  const before = { Type: "Pass", QueryLanguage: "JSONata", Assign: assign, Next: NAME };
  return { QueryLanguage: "JSONata", StartAt: "Variables", States: { Variables: before, [NAME]: state, ...after } };
}

/** The mocked answers: a Map or Parallel takes its result part by part, a failure is met at every call. */
function answersOf({ request }: TestStateCall, state: JsonObject): TaskAnswer[] {
  const { result, errorOutput } = request.mock ?? {};
  if (errorOutput !== undefined) return Array.from({ length: 100 }, () => errorOutput);
  if (result === undefined) return [];
  const parsed: Json = JSON.parse(result);
  if ((state["Type"] === "Map" || state["Type"] === "Parallel") && Array.isArray(parsed)) {
    return parsed.map((output: Json) => ({ output }));
  }
  return [{ output: parsed }];
}

function insideOf(history: readonly HistoryEvent[]): JsonObject {
  const inside: Record<string, Json> = {};
  for (const { type, details } of history) {
    if (type === "TaskScheduled" && "parameters" in details) inside["afterArguments"] = details.parameters;
    if (type !== "MapStateStarted" || !("items" in details)) continue;
    const { items: _items, length: _length, ...settings } = details;
    Object.assign(inside, settings);
  }
  return inside;
}
