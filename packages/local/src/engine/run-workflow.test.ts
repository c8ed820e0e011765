import type { Json, JsonObject } from "@ephor/domain/json";
import { describe, expect, test } from "vitest";
import { parseDefinition } from "./parse/parse-definition.ts";
import { runWorkflow, type WorkflowRun } from "./run-workflow.ts";
import type { TaskAnswers } from "./scripted-world.ts";

const LAMBDA = "arn:aws:states:::lambda:invoke";
const NOW = "2026-01-01T00:00:00.000Z";

type Ran = { readonly input?: Json; readonly tasks?: TaskAnswers; readonly seed?: string };

function run(states: JsonObject, { input = {}, tasks, seed = "seed" }: Ran = {}): Promise<WorkflowRun> {
  const definition = parseDefinition({
    QueryLanguage: "JSONata",
    StartAt: Object.keys(states)[0] ?? "",
    States: states,
  });
  if (!definition.ok) throw new Error(definition.error.message);
  return runWorkflow({ definition: definition.value, input, tasks, name: "one", now: NOW, entropy: seed });
}
const types = ({ history }: WorkflowRun): string[] => history.map(({ type }) => type);
const lambda = (name: string, more: JsonObject = {}): JsonObject => ({
  Type: "Task",
  Resource: LAMBDA,
  Arguments: { FunctionName: name, Payload: "{% $states.input %}" },
  ...("Next" in more ? {} : { End: true }),
  ...more,
});
const machine = (states: JsonObject): JsonObject => ({ StartAt: Object.keys(states)[0] ?? "", States: states });

describe("a task's result", () => {
  test("is the scripted answer as it is, by FunctionName before Resource, in order", async () => {
    const states = { A: lambda("f", { Next: "B" }), B: lambda("g", { Next: "C" }), C: lambda("f") };
    const tasks = { f: [{ output: 1 }, { output: { Payload: 3 } }], [LAMBDA]: [{ output: 2 }] };
    const ran = await run(states, { tasks });
    expect(ran.states.map(({ output }) => output)).toEqual([1, 2, { Payload: 3 }]);
  });

  test("without an answer is a failure that says which one to add", async () => {
    const ran = await run({ A: lambda("f") }, { tasks: {} });
    expect(ran).toMatchObject({ status: "FAILED", error: "States.TaskFailed" });
    expect(ran).toMatchObject({ cause: expect.stringContaining("call 1 of f") });
  });

  test("is told with its token where the task waits for one", async () => {
    const task = lambda("f", {
      Resource: `${LAMBDA}.waitForTaskToken`,
      Arguments: { FunctionName: "f", Payload: { token: "{% $states.context.Task.Token %}" } },
    });
    const ran = await run({ A: task }, { tasks: { f: [{ output: "done" }] } });
    const scheduled = ran.history.find(({ type }) => type === "TaskScheduled");
    expect(ran).toMatchObject({ status: "SUCCEEDED", output: "done" });
    expect(scheduled?.details).toMatchObject({
      taskToken: expect.stringMatching(/^[\w-]{43}$/),
      parameters: { Payload: { token: expect.stringMatching(/^[\w-]{43}$/) } },
    });
  });

  test("beyond 256 KiB is caught by its own name alone", async () => {
    const tasks = { f: [{ output: "x".repeat(262_145) }] };
    const all = await run(
      { A: lambda("f", { Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }] }), B: { Type: "Succeed" } },
      { tasks },
    );
    expect(all).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
    const named = lambda("f", { Catch: [{ ErrorEquals: ["States.DataLimitExceeded"], Next: "B" }] });
    expect(await run({ A: named, B: { Type: "Succeed" } }, { tasks })).toMatchObject({ status: "SUCCEEDED" });
  });
});

describe("variables", () => {
  test("are read as they were when the state began, by Assign and Output alike", async () => {
    const ran = await run({
      A: { Type: "Pass", Assign: { x: 1 }, Next: "B" },
      B: { Type: "Pass", Assign: { x: "{% $x + 1 %}", y: "{% $x %}" }, Output: "{% $x %}", Next: "C" },
      C: { Type: "Pass", Output: "{% [$x, $y] %}", End: true },
    });
    expect(ran.states.map(({ output, assigned }) => [output, assigned])).toEqual([
      [{}, { x: 1 }],
      [1, { x: 2, y: 1 }],
      [[2, 1], undefined],
    ]);
  });

  test("of outer scopes are read inside; inner ones end with their branch", async () => {
    const inside = { Type: "Pass", Assign: { inner: "{% $outer & 'in' %}" }, Next: "Say" };
    const ran = await run({
      A: { Type: "Pass", Assign: { outer: "out" }, Next: "P" },
      P: {
        Type: "Parallel",
        Branches: [machine({ In: inside, Say: { Type: "Pass", Output: "{% $inner %}", End: true } })],
        Assign: { said: "{% $states.result[0] %}" },
        Next: "After",
      },
      After: { Type: "Pass", Output: "{% {'said': $said, 'inner': $exists($inner)} %}", End: true },
    });
    expect(ran).toMatchObject({ status: "SUCCEEDED", output: { said: "outin", inner: false } });
  });

  test("of one state hold 256 KiB at most", async () => {
    const big = "{% $join($map([1..270], function($i) { $pad('', 1000, '#') })) %}";
    const ran = await run({ A: { Type: "Pass", Assign: { big }, End: true } });
    expect(ran).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  });
});

describe("a Parallel", () => {
  const two = (first: JsonObject, second: JsonObject, more: JsonObject = {}): JsonObject => ({
    P: { Type: "Parallel", Branches: [machine({ One: first }), machine({ Two: second })], End: true, ...more },
  });

  test("gives its branches' outputs in their order, each begun with its Arguments", async () => {
    const pass = { Type: "Pass", Output: "{% $states.input.n & $states.context.State.Name %}", End: true };
    const ran = await run(two({ Type: "Wait", Seconds: 3, Output: 1, End: true }, pass, { Arguments: { n: "n" } }));
    expect(ran).toMatchObject({ status: "SUCCEEDED", output: [1, "nTwo"] });
  });

  test("fails with its first branch that does, and the others are aborted", async () => {
    const ran = await run(two({ Type: "Wait", Seconds: 9, End: true }, { Type: "Fail", Error: "Bad" }));
    expect(ran).toMatchObject({ status: "FAILED", error: "Bad" });
    expect(types(ran).slice(-3)).toEqual(["WaitStateAborted", "ParallelStateFailed", "ExecutionFailed"]);
  });

  test("is tried again from its beginning", async () => {
    const tasks = { f: [{ output: 1 }, { output: 2 }], g: [{ error: "Bad" }, { output: 3 }] };
    const ran = await run(two(lambda("f"), lambda("g"), { Retry: [{ ErrorEquals: ["Bad"] }] }), { tasks });
    expect(ran).toMatchObject({ status: "SUCCEEDED", output: [2, 3] });
    expect(types(ran).filter((type) => type === "ParallelStateEntered")).toHaveLength(1);
    expect(types(ran).filter((type) => type === "ParallelStateStarted")).toHaveLength(2);
  });
});

describe("a Map", () => {
  const map = (body: JsonObject, more: JsonObject = {}): JsonObject => ({
    M: { Type: "Map", ItemProcessor: machine({ Each: body }), End: true, ...more },
  });

  test("gives each iteration what ItemSelector makes of its item", async () => {
    const selector = {
      at: "{% $states.context.Map.Item.Index %}",
      of: "{% $states.context.Map.Item.Value %}",
      all: "{% $states.input.n %}",
    };
    const each = {
      Type: "Pass",
      Output: "{% $merge([$states.input, {'inside': $states.context.Map.Item.Value}]) %}",
      End: true,
    };
    const ran = await run(map(each, { Items: "{% $states.input.list %}", ItemSelector: selector }), {
      input: { n: 9, list: ["a", "b"] },
    });
    const output = [
      { at: 0, of: "a", all: 9, inside: "a" },
      { at: 1, of: "b", all: 9, inside: "b" },
    ];
    expect(ran).toMatchObject({ status: "SUCCEEDED", output });
  });

  test.each([
    [1, 1],
    [2, 2],
    [0, 40],
    [100, 40],
  ])("with MaxConcurrency %d runs %d iterations at once", async (MaxConcurrency, expected) => {
    const wait = { Type: "Wait", Seconds: 1, End: true };
    const ran = await run(map(wait, { Items: "{% [1..50] %}", MaxConcurrency }));
    let running = 0;
    let most = 0;
    for (const type of types(ran)) {
      if (type === "MapIterationStarted") running += 1;
      if (type === "MapIterationSucceeded") running -= 1;
      most = Math.max(most, running);
    }
    expect([ran.status, most]).toEqual(["SUCCEEDED", expected]);
  });

  const failsOnB = {
    Type: "Choice",
    Choices: [{ Condition: "{% $states.input = 'b' %}", Next: "Bad" }],
    Default: "Good",
  };
  const failing = (more: JsonObject): JsonObject => ({
    M: {
      Type: "Map",
      Items: ["a", "b", "b", "c"],
      ItemProcessor: machine({
        Each: failsOnB,
        Bad: { Type: "Fail", Error: "B", Cause: "no" },
        Good: { Type: "Succeed" },
      }),
      End: true,
      ...more,
    },
  });

  test("fails with its first iteration that does", async () => {
    expect(await run(failing({}))).toMatchObject({ status: "FAILED", error: "B", cause: "no" });
  });

  test.each([
    [{ ToleratedFailureCount: 2 }, true],
    [{ ToleratedFailureCount: 1 }, false],
    [{ ToleratedFailurePercentage: 50 }, true],
    [{ ToleratedFailurePercentage: 49.9 }, false],
    [{ ToleratedFailureCount: 2, ToleratedFailurePercentage: 25 }, false],
  ])("with %o goes on: %s", async (tolerated, goesOn) => {
    const ran = await run(failing(tolerated));
    if (goesOn)
      expect(ran).toMatchObject({ output: ["a", { Error: "B", Cause: "no" }, { Error: "B", Cause: "no" }, "c"] });
    else expect(ran).toMatchObject({ status: "FAILED", error: "States.ExceedToleratedFailureThreshold" });
  });
});

describe("an execution", () => {
  test("is the same again from the same seed, and another from another", async () => {
    const drawn = { A: { Type: "Pass", Output: "{% [$uuid(), $random(), $now()] %}", End: true } };
    const [first, again, other] = [await run(drawn), await run(drawn), await run(drawn, { seed: "other" })];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(first).toMatchObject({ output: [expect.any(String), expect.any(Number), NOW] });
  });

  test("that never ends by itself ends with its 25,000th event", async () => {
    const Choices = [{ Condition: "{% false %}", Next: "End" }];
    const ran = await run({ A: { Type: "Choice", Choices, Default: "A" }, End: { Type: "Succeed" } });
    expect(ran).toMatchObject({ status: "FAILED", error: "States.Runtime", cause: expect.stringContaining("25000") });
    expect([ran.history.length, ran.history.at(-1)?.type]).toEqual([25_000, "ExecutionFailed"]);
  });

  test("without a matching choice fails with States.NoChoiceMatched", async () => {
    const choice = { Type: "Choice", Choices: [{ Condition: "{% $states.input.x = 1 %}", Next: "B" }] };
    expect(await run({ A: choice, B: { Type: "Succeed" } })).toMatchObject({
      status: "FAILED",
      error: "States.NoChoiceMatched",
    });
  });

  test("fails where a Condition is no boolean", async () => {
    const choice = { Type: "Choice", Choices: [{ Condition: "{% 1 %}", Next: "B" }], Default: "B" };
    const ran = await run({ A: choice, B: { Type: "Succeed" } });
    expect(ran).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
    expect(ran).toMatchObject({ cause: expect.stringContaining("Expected 'boolean', but was 'number' for value: 1") });
  });

  test("knows who it is", async () => {
    const ran = await run({ A: { Type: "Pass", Output: "{% $states.context %}", End: true } }, { input: { n: 1 } });
    expect(ran).toMatchObject({
      output: {
        Execution: { Name: "one", Input: { n: 1 }, StartTime: NOW, RedriveCount: 0 },
        State: { Name: "A", EnteredTime: NOW },
        StateMachine: { Name: "workflow" },
      },
    });
  });

  test("fails as its Fail state says, in JSONata too", async () => {
    const fail = { Type: "Fail", Error: "{% $states.input.e %}", Cause: "{% 'it was ' & $states.input.e %}" };
    expect(await run({ A: fail }, { input: { e: "Late" } })).toMatchObject({ error: "Late", cause: "it was Late" });
    expect(await run({ A: fail }, { input: { e: 1 } })).toMatchObject({ error: "States.QueryEvaluationError" });
  });
});
