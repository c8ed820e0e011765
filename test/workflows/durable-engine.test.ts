import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "@ephor/app/items";
import { executionKey } from "@ephor/app/keys";
import type { Log, Store } from "@ephor/app/ports";
import { EphorException, ephorError } from "@ephor/domain/error";
import type { Json, JsonObject } from "@ephor/domain/json";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { durableEngine } from "@ephor/local/engine/durable/durable-engine";
import type { DurableEngine } from "@ephor/local/engine/durable/engine-ports";
import { readHistory } from "@ephor/local/engine/durable/stored";
import type { InvokeTask, TaskOutcome } from "@ephor/local/engine/types";
import { openSqlite } from "@ephor/local/sqlite/open-sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { seededRandom, virtualTime } from "./world.ts";

const tenant = DEFAULT_TENANT;
const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const invoke = (name: string, more: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: name, Payload: "{% $states.input %}" },
  Output: "{% $states.result.Payload %}",
  ...more,
});
const awaiting = (name: string, more: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Arguments: { FunctionName: name, Payload: { token: "{% $states.context.Task.Token %}" } },
  ...more,
});
const machine = (StartAt: string, States: object, more: object = {}): JsonObject =>
  JSON.parse(JSON.stringify({ QueryLanguage: "JSONata", StartAt, States, ...more }));

type Answer = (task: InvokeTask) => TaskOutcome | Promise<TaskOutcome>;
const payload = ({ arguments: args }: InvokeTask): Json => (args as { Payload: Json }).Payload;
const name = ({ arguments: args }: InvokeTask): string => (args as { FunctionName: string }).FunctionName;
const output = (Payload: Json): TaskOutcome => ({ kind: "succeeded", output: { Payload, StatusCode: 200 } });

/** An engine on a store of its own that can die at any commit and come back. */
async function anEngine({ definition, answer }: { definition: JsonObject; answer: Answer }) {
  const folder = mkdtempSync(join(tmpdir(), "ephor-engine-"));
  const time = virtualTime();
  const opened = openSqlite({ file: join(folder, "db"), clock: time.clock });
  if (!opened.ok) throw new Error(opened.error.message);
  const sqlite = opened.value;
  const calls: string[] = [];
  let commits = 0;
  let diesAt = Number.POSITIVE_INFINITY;
  const store: Store = {
    ...sqlite.store,
    async transact(writes) {
      commits += 1;
      if (commits >= diesAt) throw new EphorException(ephorError("store.unavailable", "the process died"));
      return sqlite.store.transact(writes);
    },
  };
  const random = seededRandom("engine");
  const make = (): DurableEngine =>
    durableEngine({
      ...{ store, blobs: sqlite.blobs, clock: time.clock, timers: time.timers, random, log: quiet },
      workflows: [{ name: "work", type: "standard", definition }],
      retention: { executionDays: 90 },
      invoke: async (_running, task) => {
        calls.push(name(task));
        return answer(task);
      },
    });
  let engine = make();
  onTestFinished(async () => {
    await engine.stop();
    sqlite.close();
    rmSync(folder, { recursive: true });
  });
  return {
    time,
    calls,
    engine: () => engine,
    start: (input: Json = {}) => engine.start({ tenant, workflow: "work", name: "one", input, correlationId: "c" }),
    dieAtCommit(count: number) {
      diesAt = commits + count;
    },
    async restart() {
      await this.replace();
      return engine.resume([tenant]);
    },
    /** Another process, which has not yet taken up anything. */
    async replace() {
      await engine.stop();
      diesAt = Number.POSITIVE_INFINITY;
      engine = make();
    },
    line: async (id: string) => {
      const item = await sqlite.store.get(executionKey(tenant, id));
      return item === undefined ? undefined : decode("execution", item);
    },
    history: (id: string) => readHistory(sqlite.store, { tenant, id }),
    /** Lets everything happen that needs no more time. */
    async settle() {
      for (let turn = 0; turn < 60; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
type AnEngine = Awaited<ReturnType<typeof anEngine>>;

/** Goes on until the execution has ended, moving time where it waits. */
async function toItsEnd(world: AnEngine, id: string) {
  for (let turn = 0; turn < 40; turn++) {
    await world.settle();
    const line = await world.line(id);
    if (line !== undefined && line.status !== "RUNNING") return line;
    world.time.advance(3600);
  }
  throw new Error("it does not end");
}

const big = machine("First", {
  First: invoke("first", { Assign: { kept: "{% $states.result.Payload %}" }, Next: "Pause" }),
  Pause: { Type: "Wait", Seconds: 60, Next: "Each" },
  Each: {
    Type: "Map",
    Items: "{% [1, 2, 3] %}",
    MaxConcurrency: 2,
    ItemProcessor: {
      StartAt: "One",
      States: { One: invoke("each", { Retry: [{ ErrorEquals: ["flaky"], IntervalSeconds: 5 }], End: true }) },
    },
    Next: "Both",
  },
  Both: {
    Type: "Parallel",
    Branches: [
      { StartAt: "Left", States: { Left: invoke("left", { End: true }) } },
      {
        StartAt: "Right",
        States: { Right: { Type: "Wait", Seconds: 30, Next: "After" }, After: invoke("right", { End: true }) },
      },
    ],
    Next: "Caught",
  },
  Caught: invoke("broken", {
    Catch: [{ ErrorEquals: ["no.luck"], Output: { error: "{% $states.errorOutput.Error %}" }, Next: "Last" }],
    Next: "Last",
  }),
  Last: { Type: "Pass", Output: { kept: "{% $kept %}", last: "{% $states.input %}" }, End: true },
});

/** Each answer depends on the asked task alone, but for one failure that goes away by itself. */
function answers(): Answer {
  let flaky = true;
  return (task) => {
    if (name(task) === "broken") return { kind: "failed", error: "no.luck", cause: "as always" };
    if (name(task) === "each" && payload(task) === 2 && flaky) {
      flaky = false;
      return { kind: "failed", error: "flaky", cause: "once" };
    }
    return output({ did: name(task), of: payload(task) });
  };
}

describe("a workflow that dies and comes back", () => {
  test("ends alike wherever it was cut, each task's result recorded once", async () => {
    const whole = await anEngine({ definition: big, answer: answers() });
    const begun = await whole.start({ n: 1 });
    if (!begun.ok) throw new Error(begun.error.message);
    const expected = await toItsEnd(whole, begun.value.id);
    expect(expected.status).toBe("SUCCEEDED");
    const succeeded = (await whole.history(begun.value.id)).filter(({ type }) => type === "TaskSucceeded").length;

    for (let cut = 1; cut <= 25; cut++) {
      const world = await anEngine({ definition: big, answer: answers() });
      const started = await world.start({ n: 1 });
      if (!started.ok) throw new Error(started.error.message);
      const { id } = started.value;
      world.dieAtCommit(cut);
      for (let turn = 0; turn < 8; turn++) {
        await world.settle();
        world.time.advance(20);
      }
      await world.restart();
      const line = await toItsEnd(world, id);
      expect({ cut, status: line.status, output: line.output }).toEqual({
        cut,
        status: "SUCCEEDED",
        output: expected.output,
      });
      const history = await world.history(id);
      expect(history.filter(({ type }) => type === "TaskSucceeded")).toHaveLength(succeeded);
      expect(history.map(({ id: event }) => event)).toEqual(history.map((_, at) => at + 1));
    }
  });

  test("does not start a name twice, also after a restart", async () => {
    const world = await anEngine({ definition: big, answer: answers() });
    expect((await world.start()).ok).toBe(true);
    expect(await world.start()).toMatchObject({ ok: false, error: { code: "execution.already-exists" } });
    await world.restart();
    expect(await world.start()).toMatchObject({ ok: false, error: { code: "execution.already-exists" } });
  });

  test("waits out a store that fails for a while", async () => {
    const world = await anEngine({ definition: big, answer: answers() });
    const started = await world.start();
    if (!started.ok) throw new Error(started.error.message);
    world.dieAtCommit(1);
    await world.settle();
    world.dieAtCommit(Number.POSITIVE_INFINITY);
    expect(await toItsEnd(world, started.value.id)).toMatchObject({ status: "SUCCEEDED" });
  });
});

describe("a task that waits for its token", () => {
  const definition = machine("Ask", {
    Ask: awaiting("ask", { TimeoutSeconds: 600, HeartbeatSeconds: 120, End: true }),
  });
  async function asked() {
    let token = "";
    const world = await anEngine({
      definition,
      answer: (task) => {
        token = task.taskToken ?? "";
        return output("asked");
      },
    });
    const started = await world.start();
    await world.settle();
    if (!started.ok) throw new Error(started.error.message);
    return { world, id: started.value.id, token: () => ({ tenant, token }) };
  }

  test("goes on with the answer given, also after a restart", async () => {
    const { world, id, token } = await asked();
    await world.restart();
    await world.settle();
    expect(await world.engine().succeed({ ...token(), output: { ok: 1 } })).toMatchObject({ ok: true });
    expect(await toItsEnd(world, id)).toMatchObject({ status: "SUCCEEDED", output: { ok: 1 } });
  });

  test("takes an answer that comes before the engine has taken its executions up again, once", async () => {
    const { world, id, token } = await asked();
    await world.replace();
    const [answered, resumed] = await Promise.all([
      world.engine().succeed({ ...token(), output: { ok: 1 } }),
      world.engine().resume([tenant]),
    ]);
    expect({ answered, resumed }).toMatchObject({ answered: { ok: true } });
    expect(await toItsEnd(world, id)).toMatchObject({ status: "SUCCEEDED", output: { ok: 1 } });
    // When it began, and when it was taken up: by whom does not matter, but by one.
    expect(world.calls).toHaveLength(2);
  });

  test("an engine that stops takes no answer, and does not say that nobody waits for it", async () => {
    const { world, id, token } = await asked();
    await world.engine().stop();
    await expect(world.engine().succeed({ ...token(), output: 1 })).rejects.toMatchObject({
      error: { code: "node.busy" },
    });
    await world.restart();
    expect(await world.engine().succeed({ ...token(), output: { ok: 1 } })).toMatchObject({ ok: true });
    expect(await toItsEnd(world, id)).toMatchObject({ status: "SUCCEEDED", output: { ok: 1 } });
  });

  test("takes one answer: the second is told that nobody waits", async () => {
    const { world, token } = await asked();
    await world.engine().succeed({ ...token(), output: 1 });
    expect(await world.engine().succeed({ ...token(), output: 2 })).toMatchObject({
      ok: false,
      error: { code: "task.timed-out" },
    });
  });

  test("knows no foreign token, nor the right one under another tenant", async () => {
    const { world, token } = await asked();
    const other = "acme" as typeof tenant;
    expect(await world.engine().succeed({ tenant, token: "made-up", output: 1 })).toMatchObject({
      error: { code: "task.does-not-exist" },
    });
    expect(await world.engine().succeed({ ...token(), tenant: other, output: 1 })).toMatchObject({
      error: { code: "task.does-not-exist" },
    });
  });

  test("fails with the error it is given", async () => {
    const { world, id, token } = await asked();
    await world.engine().fail({ ...token(), error: "rejected", cause: "not today" });
    expect(await toItsEnd(world, id)).toMatchObject({ status: "FAILED", error: "rejected", cause: "not today" });
  });

  test("times out without a heartbeat, and not while hearts beat", async () => {
    const { world, id, token } = await asked();
    for (let beats = 0; beats < 4; beats++) {
      world.time.advance(100);
      expect(await world.engine().heartbeat(token())).toMatchObject({ ok: true });
    }
    expect(await world.line(id)).toMatchObject({ status: "RUNNING" });
    world.time.advance(121);
    await world.settle();
    expect(await world.line(id)).toMatchObject({ status: "FAILED", error: "States.HeartbeatTimeout" });
  });
});

test("hearts may be silent while the node is down", async () => {
  let token = "";
  const definition = machine("Ask", { Ask: awaiting("ask", { HeartbeatSeconds: 120, End: true }) });
  const world = await anEngine({
    definition,
    answer: (task) => {
      token = task.taskToken ?? "";
      return output("asked");
    },
  });
  const started = await world.start();
  if (!started.ok) throw new Error(started.error.message);
  await world.settle();
  await world.engine().stop();
  world.time.advance(3600);
  await world.restart();
  world.time.advance(100);
  await world.settle();
  expect(await world.engine().succeed({ tenant, token, output: "alive" })).toMatchObject({ ok: true });
  expect(await world.line(started.value.id)).toMatchObject({ status: "SUCCEEDED", output: "alive" });
});

test("an execution keeps the definition it began with", async () => {
  const world = await anEngine({
    definition: machine("W", {
      W: { Type: "Wait", Seconds: 9, Next: "P" },
      P: { Type: "Pass", Output: "old", End: true },
    }),
    answer: answers(),
  });
  const started = await world.start();
  if (!started.ok) throw new Error(started.error.message);
  await world.restart();
  expect(await toItsEnd(world, started.value.id)).toMatchObject({ output: "old" });
});

test("an execution can be ended from outside", async () => {
  const world = await anEngine({
    definition: machine("W", { W: { Type: "Wait", Seconds: 9, End: true } }),
    answer: answers(),
  });
  const started = await world.start();
  if (!started.ok) throw new Error(started.error.message);
  const { id } = started.value;
  expect(await world.engine().abort({ tenant, id, error: "stop", cause: "enough" })).toMatchObject({ ok: true });
  expect(await world.line(id)).toMatchObject({ status: "ABORTED", error: "stop" });
  expect(world.time.pending()).toBe(0);
});
