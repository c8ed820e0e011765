import type { JsonObject } from "@ephor/domain/json";
import type { Answer, Case, Machine, Outcome, Script } from "./case.ts";
import { echo, inTurn } from "./script.ts";

/** A case with the outcome that AWS's documentation gives it. */
export type WrittenCase = Case & { readonly expected: Outcome };

const machine = (StartAt: string, States: object, more: object = {}): JsonObject =>
  JSON.parse(JSON.stringify({ QueryLanguage: "JSONata", StartAt, States, ...more }));
const main = (definition: JsonObject): Machine => ({ name: "main", type: "standard", definition });

const task = (name: string, more: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: `\${task:${name}}`, Payload: "{% $states.input %}" },
  Output: "{% $states.result.Payload %}",
  ...more,
});
const awaiting = (name: string, more: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Arguments: {
    FunctionName: `\${task:${name}}`,
    Payload: { token: "{% $states.context.Task.Token %}", asked: "{% $states.input %}" },
  },
  ...more,
});
const done = { Type: "Succeed" };
const fails = (error: string, cause = "as asked"): Answer => ({ error, cause });
const succeeded = (output: Outcome["output"]): Outcome => ({ status: "SUCCEEDED", output: output ?? null });

type Given = {
  readonly definition: JsonObject;
  readonly input?: Case["input"];
  readonly answers?: Readonly<Record<string, readonly Answer[]>>;
  readonly script?: Script;
  readonly children?: readonly Machine[];
};
const written = (name: string, given: Given, expected: Outcome): WrittenCase => ({
  name,
  machines: [main(given.definition), ...(given.children ?? [])],
  input: given.input ?? {},
  script: given.script ?? (given.answers === undefined ? echo : inTurn(given.answers)),
  expected,
});

const VALUES: readonly WrittenCase[] = [
  written(
    "Assign and Output of a state see what was there before both",
    {
      input: { n: 1 },
      definition: machine("One", {
        One: {
          Type: "Pass",
          Assign: { n: "{% $states.input.n + 1 %}" },
          Output: { was: "{% $states.input.n %}" },
          Next: "Two",
        },
        Two: { Type: "Pass", Output: { n: "{% $n %}", was: "{% $states.input.was %}" }, End: true },
      }),
    },
    succeeded({ n: 2, was: 1 }),
  ),
  written(
    "Choice takes the first rule that holds, with its own Assign and Output",
    {
      input: { n: 5 },
      definition: machine("Which", {
        Which: {
          Type: "Choice",
          Choices: [
            { Condition: "{% $states.input.n > 9 %}", Next: "Last" },
            {
              Condition: "{% $states.input.n > 3 %}",
              Assign: { by: "second" },
              Output: "{% $states.input.n * 2 %}",
              Next: "Last",
            },
            { Condition: "{% true %}", Assign: { by: "third" }, Next: "Last" },
          ],
          Default: "Last",
        },
        Last: { Type: "Pass", Output: { by: "{% $by %}", n: "{% $states.input %}" }, End: true },
      }),
    },
    succeeded({ by: "second", n: 10 }),
  ),
  written(
    "Choice without a rule that holds goes to Default",
    {
      definition: machine("Which", {
        Which: { Type: "Choice", Choices: [{ Condition: "{% false %}", Next: "No" }], Default: "Yes" },
        No: { Type: "Fail", Error: "no" },
        Yes: { Type: "Pass", Output: "default", End: true },
      }),
    },
    succeeded("default"),
  ),
  written(
    "Choice gives its own Output where it goes to Default",
    {
      input: { n: 1 },
      definition: machine("Which", {
        Which: {
          Type: "Choice",
          Choices: [{ Condition: "{% $states.input.n > 1 %}", Output: "a rule's", Next: "Done" }],
          Default: "Done",
          Assign: { seen: true },
          Output: { own: "{% $states.input.n %}" },
        },
        Done: { Type: "Pass", Output: { seen: "{% $seen %}", given: "{% $states.input %}" }, End: true },
      }),
    },
    succeeded({ seen: true, given: { own: 1 } }),
  ),
  written(
    "Fail says its error and an evaluated cause",
    {
      input: { id: "dl_1" },
      definition: machine("Stop", {
        Stop: { Type: "Fail", Error: "event.parked", Cause: "{% 'kept as ' & $states.input.id %}" },
      }),
    },
    { status: "FAILED", error: "event.parked", cause: "kept as dl_1" },
  ),
  written(
    "the context tells the execution's input and name, and how often a state was tried again",
    {
      input: { a: 1 },
      answers: { tried: [fails("not.yet"), fails("not.yet"), { output: "at last" }] },
      definition: machine("Tried", {
        Tried: task("tried", {
          Retry: [{ ErrorEquals: ["not.yet"], IntervalSeconds: 1, MaxAttempts: 3 }],
          Output: { tries: "{% $states.context.State.RetryCount %}", given: "{% $states.context.Execution.Input %}" },
          End: true,
        }),
      }),
    },
    succeeded({ tries: 2, given: { a: 1 } }),
  ),
  written(
    "a loop by Choice goes on until its condition ends it",
    {
      input: { cursor: 0 },
      script: ({ payload }) => ({ output: { cursor: (payload as { cursor: number }).cursor + 1 } }),
      definition: machine("Page", {
        Page: task("page", { Next: "More" }),
        More: {
          Type: "Choice",
          Choices: [{ Condition: "{% $states.input.cursor < 3 %}", Next: "Page" }],
          Default: "Done",
        },
        Done: done,
      }),
    },
    succeeded({ cursor: 3 }),
  ),
];

const RETRIES: readonly WrittenCase[] = [
  written(
    "Retry by the error's name ends with the answer that came",
    {
      answers: { flaky: [fails("store.throttled"), fails("store.throttled"), { output: "kept" }] },
      definition: machine("Do", {
        Do: task("flaky", {
          Retry: [{ ErrorEquals: ["store.throttled"], IntervalSeconds: 1, BackoffRate: 2 }],
          End: true,
        }),
      }),
    },
    succeeded("kept"),
  ),
  written(
    "each retrier counts its own attempts",
    {
      answers: { flaky: [fails("one"), fails("two"), fails("one"), fails("two"), { output: "kept" }] },
      definition: machine("Do", {
        Do: task("flaky", {
          Retry: [
            { ErrorEquals: ["one"], IntervalSeconds: 1, MaxAttempts: 2 },
            { ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 2 },
          ],
          End: true,
        }),
      }),
    },
    succeeded("kept"),
  ),
  written(
    "when attempts are used up the error is the task's",
    {
      answers: { broken: [fails("store.throttled", "busy")] },
      definition: machine("Do", {
        Do: task("broken", {
          Retry: [{ ErrorEquals: ["store.throttled"], IntervalSeconds: 1, MaxAttempts: 2 }],
          End: true,
        }),
      }),
    },
    { status: "FAILED", error: "store.throttled", cause: "busy" },
  ),
  written(
    "an error that no retrier names is caught at once",
    {
      answers: { broken: [fails("event.malformed", "no event")] },
      definition: machine("Do", {
        Do: task("broken", {
          Retry: [{ ErrorEquals: ["store.throttled"], IntervalSeconds: 1 }],
          Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $states.errorOutput.Error %}", Next: "Done" }],
          End: true,
        }),
        Done: done,
      }),
    },
    succeeded("event.malformed"),
  ),
  written(
    "the first catcher that names the error takes it, with its Assign",
    {
      input: { n: 7 },
      answers: { broken: [fails("two")] },
      definition: machine("Do", {
        Do: task("broken", {
          Catch: [
            { ErrorEquals: ["one"], Next: "Wrong" },
            {
              ErrorEquals: ["two"],
              Assign: { n: "{% $states.input.n %}", e: "{% $states.errorOutput.Error %}" },
              Next: "Right",
            },
            { ErrorEquals: ["States.ALL"], Next: "Wrong" },
          ],
          End: true,
        }),
        Wrong: { Type: "Fail", Error: "wrong" },
        Right: { Type: "Pass", Output: { n: "{% $n %}", e: "{% $e %}" }, End: true },
      }),
    },
    succeeded({ n: 7, e: "two" }),
  ),
  written(
    "States.TaskFailed catches any failure of a task",
    {
      answers: { broken: [fails("any.name")] },
      definition: machine("Do", {
        Do: task("broken", {
          Catch: [{ ErrorEquals: ["States.TaskFailed"], Output: "caught", Next: "Done" }],
          End: true,
        }),
        Done: done,
      }),
    },
    succeeded("caught"),
  ),
  written(
    "an expression that fails is States.QueryEvaluationError, which States.ALL catches",
    {
      definition: machine("Do", {
        Do: task("fine", {
          Output: "{% $states.result.Payload + 'text' * 2 %}",
          Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Output: "caught", Next: "Done" }],
          End: true,
        }),
        Done: done,
      }),
    },
    succeeded("caught"),
  ),
];

const MANY: readonly WrittenCase[] = [
  written(
    "Map gives its results in the order of its items",
    {
      input: { items: [3, 1, 2] },
      definition: machine("Each", {
        Each: {
          Type: "Map",
          Items: "{% $states.input.items %}",
          MaxConcurrency: 2,
          ItemProcessor: { StartAt: "One", States: { One: task("one", { End: true }) } },
          End: true,
        },
      }),
    },
    succeeded([3, 1, 2]),
  ),
  written(
    "ItemSelector sees item and index, and variables of the outside are read inside",
    {
      input: { items: ["a", "b"] },
      definition: machine("Keep", {
        Keep: { Type: "Pass", Assign: { of: "outside" }, Next: "Each" },
        Each: {
          Type: "Map",
          Items: "{% $states.input.items %}",
          ItemSelector: {
            value: "{% $states.context.Map.Item.Value %}",
            at: "{% $states.context.Map.Item.Index %}",
          },
          ItemProcessor: {
            StartAt: "One",
            States: { One: { Type: "Pass", Output: { of: "{% $of %}", item: "{% $states.input %}" }, End: true } },
          },
          End: true,
        },
      }),
    },
    succeeded([
      { of: "outside", item: { value: "a", at: 0 } },
      { of: "outside", item: { value: "b", at: 1 } },
    ]),
  ),
  written(
    "Map over no items gives none",
    {
      input: { items: [] },
      definition: machine("Each", {
        Each: {
          Type: "Map",
          Items: "{% $states.input.items %}",
          ItemProcessor: { StartAt: "One", States: { One: task("one", { End: true }) } },
          End: true,
        },
      }),
    },
    succeeded([]),
  ),
  written(
    "an iteration that fails ends the Map, whose Catch takes the error by name",
    {
      input: { items: [1, 2, 3] },
      script: ({ payload }) => (payload === 2 ? fails("store.conflict") : { output: payload }),
      definition: machine("Each", {
        Each: {
          Type: "Map",
          Items: "{% $states.input.items %}",
          MaxConcurrency: 1,
          ItemProcessor: { StartAt: "One", States: { One: task("one", { End: true }) } },
          Catch: [{ ErrorEquals: ["store.conflict"], Output: "caught", Next: "Done" }],
          Next: "Done",
        },
        Done: done,
      }),
    },
    succeeded("caught"),
  ),
  written(
    "Parallel gives its results in the order of its branches",
    {
      input: { n: 1 },
      definition: machine("Both", {
        Both: {
          Type: "Parallel",
          Branches: [
            {
              StartAt: "Late",
              States: { Late: { Type: "Wait", Seconds: 1, Next: "Left" }, Left: task("left", { End: true }) },
            },
            { StartAt: "Right", States: { Right: { Type: "Pass", Output: "right", End: true } } },
          ],
          End: true,
        },
      }),
    },
    succeeded([{ n: 1 }, "right"]),
  ),
  written(
    "a branch that fails ends the Parallel, whose Catch takes the error by name",
    {
      answers: { broken: [fails("plan.drifted")], fine: [{ output: 1 }] },
      definition: machine("Both", {
        Both: {
          Type: "Parallel",
          Branches: [
            { StartAt: "A", States: { A: task("broken", { End: true }) } },
            { StartAt: "B", States: { B: { Type: "Wait", Seconds: 2, Next: "C" }, C: task("fine", { End: true }) } },
          ],
          Catch: [{ ErrorEquals: ["plan.drifted"], Output: "{% $states.errorOutput.Error %}", Next: "Done" }],
          Next: "Done",
        },
        Done: done,
      }),
    },
    succeeded("plan.drifted"),
  ),
];

const WAITS: readonly WrittenCase[] = [
  written(
    "Wait takes seconds and times, also past ones, and hands its input on",
    {
      input: { at: "2020-01-01T00:00:00Z" },
      definition: machine("Past", {
        Past: { Type: "Wait", Timestamp: "{% $states.input.at %}", Next: "Short" },
        Short: { Type: "Wait", Seconds: "{% 1 + 1 %}", End: true },
      }),
    },
    succeeded({ at: "2020-01-01T00:00:00Z" }),
  ),
  written(
    "a task that waits for its token goes on with what it is given",
    {
      answers: { ask: [{ byToken: { output: { decision: "approved" } } }] },
      definition: machine("Ask", { Ask: awaiting("ask", { End: true }) }),
    },
    succeeded({ decision: "approved" }),
  ),
  written(
    "a failure by the token is caught by its name",
    {
      answers: { ask: [{ byToken: { error: "approval.rejected", cause: "not today" } }] },
      definition: machine("Ask", {
        Ask: awaiting("ask", {
          Catch: [{ ErrorEquals: ["approval.rejected"], Output: "{% $states.errorOutput.Cause %}", Next: "Done" }],
          End: true,
        }),
        Done: done,
      }),
    },
    succeeded("not today"),
  ),
  written(
    "a task that waits for its token fails at once where it could not even ask",
    {
      answers: { ask: [fails("store.invalid")] },
      definition: machine("Ask", {
        Ask: awaiting("ask", {
          TimeoutSeconds: 2,
          Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $states.errorOutput.Error %}", Next: "Done" }],
          End: true,
        }),
        Done: done,
      }),
    },
    succeeded("store.invalid"),
  ),
  written(
    "nobody answers: States.Timeout",
    {
      answers: { ask: [{ never: true }] },
      definition: machine("Ask", {
        Ask: awaiting("ask", {
          TimeoutSeconds: 1,
          Catch: [{ ErrorEquals: ["States.Timeout"], Output: "late", Next: "Done" }],
          End: true,
        }),
        Done: done,
      }),
    },
    succeeded("late"),
  ),
  written(
    "no heart beats: States.HeartbeatTimeout",
    {
      answers: { ask: [{ never: true }] },
      definition: machine("Ask", {
        Ask: awaiting("ask", {
          TimeoutSeconds: 4,
          HeartbeatSeconds: 1,
          Catch: [{ ErrorEquals: ["States.HeartbeatTimeout"], Output: "silent", Next: "Done" }],
          End: true,
        }),
        Done: done,
      }),
    },
    succeeded("silent"),
  ),
  written(
    "a machine that takes too long is timed out",
    { definition: machine("Long", { Long: { Type: "Wait", Seconds: 5, End: true } }, { TimeoutSeconds: 1 }) },
    { status: "TIMED_OUT" },
  ),
];

const child = (definition: JsonObject): Machine => ({ name: "child", type: "standard", definition });
const CHILD_FAILS = child(machine("Stop", { Stop: { Type: "Fail", Error: "child.failed", Cause: "as asked" } }));
const start = (sync: boolean, more: object = {}) => ({
  Type: "Task",
  Resource: `arn:aws:states:::states:startExecution${sync ? ".sync:2" : ""}`,
  Arguments: { StateMachineArn: "${workflow:child}", Name: "named-child", Input: "{% $states.input %}" },
  ...more,
});

const CHILDREN: readonly WrittenCase[] = [
  written(
    "a child that is waited for gives its output as a value",
    {
      input: { n: 4 },
      children: [child(machine("Do", { Do: task("double", { End: true }) }))],
      script: ({ payload }) => ({ output: (payload as { n: number }).n * 2 }),
      definition: machine("Run", { Run: start(true, { Output: "{% $states.result.Output %}", End: true }) }),
    },
    succeeded(8),
  ),
  written(
    "a child that is only started is not waited for",
    {
      children: [CHILD_FAILS],
      definition: machine("Run", {
        Run: start(false, { Output: "{% $exists($states.result.ExecutionArn) %}", End: true }),
      }),
    },
    succeeded(true),
  ),
  written(
    "a name that was used is ExecutionAlreadyExists",
    {
      children: [child(machine("Late", { Late: { Type: "Wait", Seconds: 5, Next: "Done" }, Done: done }))],
      definition: machine("One", {
        One: start(false, { Output: "first", Next: "Two" }),
        Two: start(false, {
          Catch: [{ ErrorEquals: ["StepFunctions.ExecutionAlreadyExistsException"], Output: "known", Next: "Done" }],
          End: true,
        }),
        Done: done,
      }),
    },
    succeeded("known"),
  ),
  written(
    "a child that fails is States.TaskFailed for the one that waits",
    {
      children: [CHILD_FAILS],
      definition: machine("Run", {
        Run: start(true, {
          Catch: [
            { ErrorEquals: ["States.TaskFailed"], Output: "{% $states.errorOutput.Error %}", Next: "Done" },
            { ErrorEquals: ["States.ALL"], Output: "other", Next: "Done" },
          ],
          End: true,
        }),
        Done: done,
      }),
    },
    succeeded("States.TaskFailed"),
  ),
];

/** Every written case. */
export const CASES: readonly WrittenCase[] = [...VALUES, ...RETRIES, ...MANY, ...WAITS, ...CHILDREN];
