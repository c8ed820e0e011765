import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import type { Workflow } from "@ephor/topology/types";
import type { Run } from "./case.ts";
import { statesOf } from "./states-of.ts";

/**
 * Where the emulator goes otherwise than AWS documents, by the name of the written case. The local engine is as AWS
 * documents there (docs/parity.md, "The emulator"); what ships does not depend on it.
 */
export type Difference = {
  readonly emulator: Partial<Run>;
  /** The documentation that says who is right. */
  readonly documented: string;
  /** What in a workflow would depend on it; gives the states. */
  readonly dependent: (workflow: Workflow) => readonly string[];
};

const ERRORS = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html";
const none = (): readonly string[] => [];

export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  "an iteration that fails ends the Map, whose Catch takes the error by name": {
    emulator: { status: "SUCCEEDED", output: "caught", calls: ["one 1", "one 2", "one 3"] },
    documented: "https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html",
    // Whether an iteration ran that nobody waits for any more is no workflow's to know: tasks are idempotent.
    dependent: none,
  },
  "a branch that fails ends the Parallel, whose Catch takes the error by name": {
    emulator: { status: "SUCCEEDED", output: "plan.drifted", calls: ["broken {}", "fine {}"] },
    documented: "https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html",
    dependent: none,
  },
  "no heart beats: States.HeartbeatTimeout": {
    emulator: { status: "FAILED", error: "States.Timeout" },
    documented: ERRORS,
    dependent: ({ definition }) => statesWith(definition, (state) => "HeartbeatSeconds" in state),
  },
  "a machine that takes too long is timed out": {
    emulator: { status: "SUCCEEDED", output: {} },
    documented: "https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html",
    // An Express execution ends after five minutes by itself, on AWS and here, whatever the definition says.
    dependent: ({ type, definition }) =>
      type === "standard" && "TimeoutSeconds" in definition ? ["(the machine)"] : [],
  },
  "a name that was used is ExecutionAlreadyExists": {
    emulator: { status: "FAILED", error: "ExecutionAlreadyExists" },
    documented: "https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html",
    dependent: ({ definition }) =>
      statesWith(definition, (state) => names(state).some((name) => /AlreadyExists/.test(name))),
  },
  "a child that fails is States.TaskFailed for the one that waits": {
    emulator: { status: "SUCCEEDED", output: "child.failed" },
    documented: "https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html",
    dependent: ({ definition }) =>
      statesWith(definition, (state) => isWaitedFor(state) && names(state).some((name) => name !== "States.ALL")),
  },
};

const isWaitedFor = ({ Resource: resource }: JsonObject): boolean => String(resource).endsWith("startExecution.sync:2");

/** Every error name that a state's handlers look for. */
function names(state: JsonObject): readonly string[] {
  const handlers = [state["Retry"], state["Catch"]].flatMap((list) => (Array.isArray(list) ? list : []));
  return handlers.flatMap((handler) => (isJsonObject(handler) ? texts(handler["ErrorEquals"]) : []));
}

const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

/** Names of the states, at any depth, of which something holds. */
function statesWith(definition: JsonObject, holds: (state: JsonObject) => boolean): readonly string[] {
  return [...statesOf(definition)].filter(([, state]) => holds(state)).map(([name]) => name);
}
