import { timestamp } from "@ephor/domain/time";
import { expect, test } from "vitest";
import { type ExpressOptions, runExpress, type TaskCall } from "./express.ts";
import { parseDefinition } from "./parse/parse-definition.ts";
import type { TaskOutcome } from "./types.ts";

const START = Date.parse("2026-01-01T00:00:00.000Z");

/** A clock that moves only when its timers are fired. */
function world() {
  let nowMs = START;
  const due: { readonly atMs: number; readonly fire: () => void }[] = [];
  return {
    clock: { now: () => timestamp(nowMs) },
    timers: {
      after(delayMs: number, fire: () => void) {
        const timer = { atMs: nowMs + delayMs, fire };
        due.push(timer);
        return () => void due.splice(due.indexOf(timer), 1);
      },
    },
    /** Moves to the next timer and fires it. */
    tick() {
      due.sort((one, other) => one.atMs - other.atMs);
      const next = due.shift();
      if (next === undefined) throw new Error("no timer is set");
      nowMs = next.atMs;
      next.fire();
    },
    random: { bytes: (count: number) => new Uint8Array(count) },
    pending: () => due.length,
  };
}

function options(states: object, invoke: ExpressOptions["invoke"], here = world()): ExpressOptions {
  const definition = parseDefinition({ QueryLanguage: "JSONata", StartAt: "A", States: states }, { type: "express" });
  if (!definition.ok) throw new Error(definition.error.message);
  const identity = { id: "run", name: "one", stateMachine: { id: "intake", name: "intake" } };
  return { definition: definition.value, input: { n: 1 }, identity, invoke, ...here };
}
const task = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true };
const done = (output: number): TaskOutcome => ({ kind: "succeeded", output });

test("tasks of parallel branches run at the same time and answer in any order", async () => {
  const branch = (name: string) => ({ StartAt: name, States: { [name]: task } });
  const waiting = new Map<string, (outcome: TaskOutcome) => void>();
  const invoke = (call: TaskCall) =>
    new Promise<TaskOutcome>((resolve) => {
      waiting.set(call.stateName, resolve);
      if (waiting.size < 2) return;
      waiting.get("Two")?.(done(2));
      waiting.get("One")?.(done(1));
    });
  const ran = await runExpress(
    options({ A: { Type: "Parallel", Branches: [branch("One"), branch("Two")], End: true } }, invoke),
  );
  expect(ran).toMatchObject({ status: "SUCCEEDED", output: [1, 2] });
});

test("a failed task is tried again after its delay, and a handler that throws fails its task alone", async () => {
  const here = world();
  const Retry = [{ ErrorEquals: ["store.throttled", "States.TaskFailed"], IntervalSeconds: 2 }];
  let calls = 0;
  const invoke = async (): Promise<TaskOutcome> => {
    calls += 1;
    if (calls === 1) return { kind: "failed", error: "store.throttled", cause: "slow down" };
    if (calls === 2) throw new Error("a bug");
    return done(calls);
  };
  const running = runExpress(options({ A: { ...task, Retry } }, invoke, here));
  for (const expected of [1, 2]) {
    while (calls < expected || here.pending() < 2) await new Promise(setImmediate);
    here.tick();
  }
  expect(await running).toMatchObject({ status: "SUCCEEDED", output: 3, endedAt: "2026-01-01T00:00:06.000Z" });
  expect(here.pending()).toBe(0);
});

test("it ends after five minutes, and the task it waited for hears of it", async () => {
  const here = world();
  let signal: AbortSignal | undefined;
  const invoke = (call: TaskCall) => {
    signal = call.signal;
    return new Promise<TaskOutcome>(() => undefined);
  };
  const running = runExpress(options({ A: task }, invoke, here));
  while (signal === undefined) await new Promise(setImmediate);
  here.tick();
  const startedAt = "2026-01-01T00:00:00.000Z";
  expect(await running).toMatchObject({ status: "TIMED_OUT", startedAt, endedAt: "2026-01-01T00:05:00.000Z" });
  expect(signal.aborted).toBe(true);
});
