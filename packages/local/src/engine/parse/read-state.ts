import type { State, StateKind } from "../definition.ts";
import { LIMITS } from "../limits.ts";
import type { Nesting } from "./nesting.ts";
import { readChoice } from "./read-choice.ts";
import { readHandlers } from "./read-handlers.ts";
import { readMap } from "./read-map.ts";
import { readWait } from "./read-wait.ts";
import { readTransition, readWrites } from "./read-writes.ts";
import {
  checkFields,
  complain,
  placeOf,
  type Reader,
  readAnyTemplate,
  readNumberTemplate,
  readObjects,
  readRequiredText,
  readText,
  readTextTemplate,
} from "./reader.ts";
import { told } from "./report.ts";

const EVERY = ["Type", "Comment", "QueryLanguage"];
const WRITES = ["Output", "Assign"];
const MOVES = ["Next", "End"];
const HANDLES = ["Retry", "Catch"];

/** The fields of each state type in JSONata. Source: https://states-language.net/spec.html#state-type-table */
const FIELDS: Readonly<Record<StateKind, readonly string[]>> = {
  Pass: [...EVERY, ...WRITES, ...MOVES],
  Task: [
    ...EVERY,
    "Resource",
    "Arguments",
    "Credentials",
    "TimeoutSeconds",
    "HeartbeatSeconds",
    ...WRITES,
    ...HANDLES,
    ...MOVES,
  ],
  Choice: [...EVERY, "Choices", "Default", ...WRITES],
  Wait: [...EVERY, "Seconds", "Timestamp", ...WRITES, ...MOVES],
  Succeed: [...EVERY, "Output"],
  Fail: [...EVERY, "Error", "Cause"],
  Parallel: [...EVERY, "Branches", "Arguments", ...WRITES, ...HANDLES, ...MOVES],
  Map: [
    ...[...EVERY, "Items", "ItemSelector", "ItemProcessor", "Iterator", "MaxConcurrency"],
    ...["ToleratedFailureCount", "ToleratedFailurePercentage", ...WRITES, ...HANDLES, ...MOVES],
  ],
};

type Read = (reader: Reader, name: string, nesting: Nesting) => State | undefined;

const READERS: Readonly<Record<StateKind, Read>> = {
  Pass: (reader, name) => ({ kind: "Pass", name, ...readWrites(reader), transition: readTransition(reader) }),
  Task: readTask,
  Choice: readChoice,
  Wait: readWait,
  Succeed: (reader, name) => ({ kind: "Succeed", name, output: readAnyTemplate(reader, "Output") }),
  Fail: (reader, name) => ({
    kind: "Fail",
    name,
    error: readTextTemplate(reader, "Error"),
    cause: readTextTemplate(reader, "Cause"),
  }),
  Parallel: readParallel,
  Map: readMap,
};

const isStateKind = (value: unknown): value is StateKind => typeof value === "string" && Object.hasOwn(READERS, value);

/** Reads one JSONata state. Gives nothing when it cannot be told what it is; the report says why. */
export function readState(reader: Reader, name: string, nesting: Nesting): State | undefined {
  const type = reader.object["Type"];
  if (!isStateKind(type)) {
    return complain(reader, "Type", `expected one of ${Object.keys(READERS).join(", ")}, not ${told(type)}`);
  }
  checkFields(reader, FIELDS[type]);
  readText(reader, "Comment");
  return READERS[type](reader, name, nesting);
}

const ARN = /^(arn:[\w-]+:|\$\{)/;

function readTask(reader: Reader, name: string, { express }: Nesting): State {
  const resource = readRequiredText(reader, "Resource") ?? "";
  if (resource !== "" && !ARN.test(resource)) {
    complain(reader, "Resource", `expected an ARN or a \${…} placeholder, not ${told(resource)}`);
  }
  const waitForTaskToken = resource.endsWith(".waitForTaskToken");
  if (express && (waitForTaskToken || /\.sync(:2)?$/.test(resource))) {
    complain(reader, "Resource", "an Express workflow calls without .sync and .waitForTaskToken");
  }
  if (reader.object["Credentials"] !== undefined) {
    const { report, path } = placeOf(reader, "Credentials");
    report.unsupported(path, "a task runs with the rights of whoever runs it, not with Credentials");
  }
  const bounds = { min: 1, max: LIMITS.seconds };
  const timeout = reader.object["TimeoutSeconds"];
  const heartbeat = reader.object["HeartbeatSeconds"];
  if (typeof timeout === "number" && typeof heartbeat === "number" && heartbeat >= timeout) {
    complain(reader, "HeartbeatSeconds", "expected fewer seconds than TimeoutSeconds");
  }
  return {
    kind: "Task",
    name,
    resource,
    waitForTaskToken,
    arguments: readAnyTemplate(reader, "Arguments"),
    timeoutSeconds: readNumberTemplate(reader, "TimeoutSeconds", bounds),
    heartbeatSeconds: readNumberTemplate(reader, "HeartbeatSeconds", bounds),
    ...readHandlers(reader),
    ...readWrites(reader, "result"),
    transition: readTransition(reader),
  };
}

function readParallel(reader: Reader, name: string, { readMachine }: Nesting): State {
  const branches = readObjects(reader, "Branches");
  if (branches.length === 0) complain(reader, "Branches", "expected an array of at least one branch");
  return {
    kind: "Parallel",
    name,
    arguments: readAnyTemplate(reader, "Arguments"),
    branches: branches.map(({ object, place }) => readMachine(object, place, "branch")),
    ...readHandlers(reader),
    ...readWrites(reader, "result"),
    transition: readTransition(reader),
  };
}
