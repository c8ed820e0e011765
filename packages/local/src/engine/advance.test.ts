import type { JsonObject } from "@ephor/domain/json";
import { expect, test } from "vitest";
import { advance } from "./advance.ts";
import { parseDefinition } from "./parse/parse-definition.ts";
import { restore } from "./restore.ts";
import type { EngineEvent } from "./types.ts";

const identity = { id: "run", name: "one", stateMachine: { id: "flow", name: "flow" } };
const at = (second: number, event: object) => ({
  at: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
  entropy: `entropy ${second}`,
  ...event,
});
const started = at(0, { kind: "started", identity, input: {} }) as EngineEvent;

function definitionOf(state: JsonObject, top: JsonObject = {}) {
  const parsed = parseDefinition({
    QueryLanguage: "JSONata",
    StartAt: "A",
    States: { A: { End: true, ...state } },
    ...top,
  });
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}
const task = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", TimeoutSeconds: 10, HeartbeatSeconds: 4 };

test("a timer that fires before its time is asked for again and changes nothing", async () => {
  const definition = definitionOf({ Type: "Wait", Seconds: 30 }, { TimeoutSeconds: 60 });
  const first = await advance(definition, undefined, started);
  for (const command of first.commands) {
    if (command.kind !== "start-timer") throw new Error("only timers are waited for");
    const early = at(29, { kind: "timer-fired", timerId: command.timerId }) as EngineEvent;
    expect(await advance(definition, first.state, early)).toEqual({
      state: first.state,
      history: [],
      commands: [command],
    });
  }
  expect(first.commands).toHaveLength(2);
});

test("an aborted execution cancels what it waited for and hears nothing more", async () => {
  const definition = definitionOf(task);
  const first = await advance(definition, undefined, started);
  const aborted = await advance(
    definition,
    first.state,
    at(1, { kind: "aborted", error: "Stopped", cause: "by hand" }) as EngineEvent,
  );
  expect(aborted.history.map(({ type, details }) => [type, details])).toEqual([
    ["ExecutionAborted", { error: "Stopped", cause: "by hand" }],
  ]);
  expect(aborted.commands.map(({ kind }) => kind)).toEqual(["cancel-task", "cancel-timer", "cancel-timer", "finish"]);
  expect(aborted.state.outcome).toEqual({ status: "ABORTED", error: "Stopped", cause: "by hand" });
  for (const kind of ["aborted", "started", "task-heartbeat", "timer-fired"]) {
    const late = { kind, identity, input: {}, taskId: "task-3", timerId: "timeout-3" };
    const heard = await advance(definition, aborted.state, at(2, late) as EngineEvent);
    expect(heard).toEqual({ state: aborted.state, history: [], commands: [] });
  }
});

test("a restored task keeps waiting, and a heartbeat that came before the restart is not forgotten by its timer", async () => {
  const definition = definitionOf(task);
  const first = await advance(definition, undefined, started);
  const beat = await advance(
    definition,
    first.state,
    at(3, { kind: "task-heartbeat", taskId: "task-3" }) as EngineEvent,
  );
  expect(beat.commands).toEqual([{ kind: "start-timer", timerId: "heartbeat-3", at: "2026-01-01T00:00:07.000Z" }]);
  const restored = restore(definition, JSON.parse(JSON.stringify(first.history)));
  expect([...restored.outstanding.keys()]).toEqual(["task-3", "timeout-3", "heartbeat-3"]);
  const missed = await advance(
    definition,
    restored,
    at(7, { kind: "timer-fired", timerId: "heartbeat-3" }) as EngineEvent,
  );
  expect(missed.state.outcome).toEqual({ status: "FAILED", error: "States.HeartbeatTimeout" });
});

test("a heartbeat as long as its timeout, by JSONata, fails the task before it is scheduled", async () => {
  const definition = definitionOf({ ...task, HeartbeatSeconds: "{% 10 %}" });
  const { state, history } = await advance(definition, undefined, started);
  expect(state.outcome).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
  expect(history.map(({ type }) => type)).not.toContain("TaskScheduled");
});

test("an input beyond 256 KiB is refused by its first event", async () => {
  const definition = definitionOf({ Type: "Pass" });
  const large = at(0, { kind: "started", identity, input: "x".repeat(262_144) }) as EngineEvent;
  const { state } = await advance(definition, undefined, large);
  expect(state.outcome).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
});

test("an execution cannot begin with anything but its start, nor a history be empty", async () => {
  const definition = definitionOf({ Type: "Pass" });
  const stray = at(0, { kind: "timer-fired", timerId: "x" }) as EngineEvent;
  await expect(advance(definition, undefined, stray)).rejects.toThrow("begins with started");
  expect(() => restore(definition, [])).toThrow("ExecutionStarted");
});
