import { describe, expect, test } from "vitest";
import { checkTopology } from "./check.ts";
import { TRANSIENT_ERRORS } from "./check-retries.ts";
import { route, schedule, type Topology, task, workflow } from "./types.ts";

const Retry = [{ ErrorEquals: [...TRANSIENT_ERRORS] }];
const invoke = (name: string) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: `\${task:${name}}` },
  Retry,
  Catch: [{ ErrorEquals: ["States.ALL"], Next: "Park" }],
  Next: "Park",
});
const park = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: "${task:park-event}" },
  Retry: [{ ErrorEquals: ["States.ALL"] }],
  End: true,
};
const express = (states: object, more: object = {}) =>
  workflow("intake", {
    type: "express",
    definition: {
      QueryLanguage: "JSONata",
      TimeoutSeconds: 300,
      StartAt: "Work",
      States: { ...states, Park: park },
      ...more,
    },
  });
const standard = (states: object) =>
  workflow("respond", {
    type: "standard",
    definition: { QueryLanguage: "JSONata", StartAt: "Work", States: { ...states } },
  });
const aTask = (name: string, timeoutSeconds = 30) => task(name, { timeoutSeconds, memoryMb: 256, needs: {} });

const good: Topology = {
  routes: [route("all", { patterns: [{ source: ["aws.ec2"] }], workflow: "intake" })],
  workflows: [express({ Work: invoke("work") })],
  tasks: [aTask("work"), aTask("park-event"), aTask("sweep")],
  schedules: [schedule("sweep", { everySeconds: 60, task: "sweep" })],
  tables: [{ name: "ephor", indexes: ["due"] }],
};
const withWorkflow = (one: Topology["workflows"][number]): Topology => ({
  ...good,
  workflows: [...good.workflows, one],
});
const withStates = (states: object, more: object = {}): Topology => ({ ...good, workflows: [express(states, more)] });

test("a sound topology has no problem", () => {
  expect(checkTopology(good)).toEqual([]);
});

describe("a problem is named with its place", () => {
  const cases: readonly (readonly [string, Topology, RegExp])[] = [
    [
      "a route to nowhere",
      { ...good, routes: [route("all", { patterns: [], workflow: "no" })] },
      /route all.*unknown workflow no/,
    ],
    [
      "a pattern that EventBridge refuses",
      { ...good, routes: [route("all", { patterns: [{ source: [{ nope: 1 }] }], workflow: "intake" })] },
      /route all pattern 0/,
    ],
    [
      "a pattern over 2,048 characters",
      { ...good, routes: [route("all", { patterns: [{ source: ["x".repeat(2100)] }], workflow: "intake" })] },
      /EventBridge allows 2048/,
    ],
    [
      "more than 30 patterns with wildcards",
      {
        ...good,
        routes: [
          route("all", {
            patterns: Array.from({ length: 31 }, (_, i) => ({ source: [{ wildcard: `a*${i}` }] })),
            workflow: "intake",
          }),
        ],
      },
      /31 patterns with wildcards/,
    ],
    [
      "more than 300 rules",
      { ...good, routes: Array.from({ length: 301 }, (_, i) => route(`r${i}`, { patterns: [], workflow: "intake" })) },
      /a bus holds 300/,
    ],
    ["a name twice", { ...good, tasks: [...good.tasks, aTask("work")] }, /tasks work.*twice/],
    ["an unknown task", withStates({ Work: invoke("nobody") }), /unknown task nobody/],
    [
      "an unknown workflow",
      withWorkflow(
        standard({
          Work: {
            Type: "Task",
            Resource: "arn:aws:states:::states:startExecution",
            Arguments: { StateMachineArn: "${workflow:none}" },
            End: true,
          },
        }),
      ),
      /unknown workflow none/,
    ],
    [
      "a placeholder of another kind",
      withStates({ Work: { ...invoke("work"), Comment: "${bucket:evidence}" } }),
      /placeholder that nothing resolves/,
    ],
    [
      "JSONPath at the top",
      withStates({ Work: invoke("work") }, { QueryLanguage: "JSONPath" }),
      /QueryLanguage is not/,
    ],
    [
      "JSONPath in a state",
      withStates({ Work: { ...invoke("work"), QueryLanguage: "JSONPath" } }),
      /Work.*QueryLanguage is not/,
    ],
    [
      "Wait in an Express workflow",
      withStates({ Work: { Type: "Wait", Seconds: 1, Next: "Park" } }),
      /Wait states are not allowed in express/,
    ],
    [
      "a token in an Express workflow",
      withStates({ Work: { ...invoke("work"), Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken" } }),
      /not allowed in express/,
    ],
    [
      "a task that is given up when Lambda loses its process",
      withStates({
        Work: {
          ...invoke("work"),
          Retry: [{ ErrorEquals: TRANSIENT_ERRORS.filter((name) => name !== "Lambda.Unknown") }],
        },
      }),
      /is not tried again after Lambda.Unknown/,
    ],
    [
      "an AWS service called straight",
      withWorkflow(
        standard({ Work: { Type: "Task", Resource: "arn:aws:states:::aws-sdk:ec2:stopInstances", End: true } }),
      ),
      /not allowed in standard/,
    ],
    [
      "an Express workflow without a limit",
      withStates({ Work: invoke("work") }, { TimeoutSeconds: 301 }),
      /TimeoutSeconds is not a number up to 300/,
    ],
    [
      "an Express task whose failure nobody keeps",
      withStates({ Work: { ...invoke("work"), Catch: [] } }),
      /States\/Work.*no Catch for States.ALL/,
    ],
    [
      "an Express workflow that never parks",
      {
        ...good,
        workflows: [
          workflow("intake", {
            type: "express",
            definition: {
              QueryLanguage: "JSONata",
              TimeoutSeconds: 9,
              StartAt: "W",
              States: { W: { Type: "Pass", End: true } },
            },
          }),
        ],
      },
      /never reaches the task park-event/,
    ],
    [
      "a state inside a Map",
      withStates({
        Work: {
          Type: "Map",
          ItemProcessor: { StartAt: "In", States: { In: { Type: "Wait", Seconds: 1, End: true } } },
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Park" }],
          Next: "Park",
        },
      }),
      /ItemProcessor\/States\/In/,
    ],
    [
      "a state inside a branch",
      withWorkflow(
        standard({
          Work: {
            Type: "Parallel",
            Branches: [{ StartAt: "In", States: { In: { Type: "Odd", End: true } } }],
            End: true,
          },
        }),
      ),
      /Branches\/0\/States\/In.*Odd/,
    ],
    [
      "a task that may run too long",
      { ...good, tasks: [...good.tasks.slice(1), aTask("work", 31)] },
      /task work.*longer than 30/,
    ],
    [
      "a task that nothing uses",
      { ...good, tasks: [...good.tasks, aTask("idle")] },
      /task idle.*no workflow and no schedule/,
    ],
    [
      "a schedule of an unknown task",
      { ...good, schedules: [...good.schedules, schedule("x", { everySeconds: 1, task: "gone" })] },
      /schedule x.*unknown task gone/,
    ],
  ];
  test.each(cases)("%s", (_, topology, expected) => {
    const told = checkTopology(topology).map(({ where, message }) => `${where}: ${message}`);
    expect(told.join("\n")).toMatch(expected);
  });
});
