import type { Json, JsonObject } from "@ephor/domain/json";
import { describe, expect, test } from "vitest";
import { parseDefinition } from "./parse-definition.ts";

const machine = (states: JsonObject, top: JsonObject = {}): JsonObject => ({
  QueryLanguage: "JSONata",
  StartAt: Object.keys(states)[0] ?? "A",
  States: states,
  ...top,
});
const pass = { Type: "Pass", End: true };
const task = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true };
const inner = (states: JsonObject = { In: pass }): JsonObject => ({
  StartAt: Object.keys(states)[0] ?? "",
  States: states,
});
const map = (more: JsonObject = {}): JsonObject => ({ Type: "Map", ItemProcessor: inner(), End: true, ...more });

function errorOf(source: unknown): { code: string; message: string; path?: string } {
  const parsed = parseDefinition(source);
  if (parsed.ok) throw new Error("it was accepted");
  return parsed.error;
}

describe("a definition is refused, with where and what was expected:", () => {
  type Row = readonly [name: string, source: unknown, path: string, message: RegExp];
  const table: readonly Row[] = [
    ["no JSON", "{", "", /not JSON/],
    ["nothing", undefined, "", /expected a state machine/],
    ["an array", [], "", /an object, not \[\]/],
    ["no StartAt", { QueryLanguage: "JSONata", States: { A: pass } }, "/StartAt", /missing/],
    [
      "a StartAt that is no state",
      machine({ A: pass }, { StartAt: "B" }),
      "/StartAt",
      /name of one of the States, not "B"/,
    ],
    ["no States", { QueryLanguage: "JSONata", StartAt: "A" }, "/States", /at least one state/],
    ["an unknown field at the top", machine({ A: pass }, { Timeout: 3 }), "/Timeout", /expected one of Comment/],
    ["another version", machine({ A: pass }, { Version: "2.0" }), "/Version", /"1\.0"/],
    ["a timeout of 0", machine({ A: pass }, { TimeoutSeconds: 0 }), "/TimeoutSeconds", /from 1 to 99999999/],
    [
      "another query language",
      machine({ A: pass }, { QueryLanguage: "jq" }),
      "/QueryLanguage",
      /"JSONata" or "JSONPath"/,
    ],
    ["a state that is no object", machine({ A: 1 }), "/States/A", /expected a state/],
    ["an unknown type", machine({ A: { Type: "Parse", End: true } }), "/States/A/Type", /one of Pass, Task/],
    ["a misspelt field", machine({ A: { ...pass, Ouput: 1 } }), "/States/A/Ouput", /expected one of/],
    ["a field of JSONPath", machine({ A: { ...pass, ResultPath: "$" } }), "/States/A/ResultPath", /JSONPath/],
    ["Next to nowhere", machine({ A: { Type: "Pass", Next: "B" }, C: pass }), "/States/A", /not "B"/],
    ["neither Next nor End", machine({ A: { Type: "Pass" } }), "/States/A", /Next.*or End/],
    ["both Next and End", machine({ A: { ...pass, Next: "A" } }), "/States/A/End", /not both/],
    ["End: false", machine({ A: { Type: "Pass", End: false } }), "/States/A/End", /expected true/],
    ["a state that is never reached", machine({ A: pass, B: pass }), "/States/B", /no transition leads/],
    ["no end", machine({ A: { Type: "Pass", Next: "A" } }), "/States", /ends the machine/],
    ["a name of 81 characters", machine({ [`A${"a".repeat(80)}`]: pass }), `/States/A${"a".repeat(80)}`, /1 to 80/],
    ["broken JSONata", machine({ A: { ...pass, Output: { x: ["{% 1 + %}"] } } }), "/States/A/Output/x/0", /S0207/],
    [
      "$states.result in a Pass",
      machine({ A: { ...pass, Output: "{% 1 + $states.result.x %}" } }),
      "/States/A/Output",
      /Task, Parallel or Map/,
    ],
    [
      "$states.result in Arguments",
      machine({ A: { ...task, Arguments: "{% $states.result %}" } }),
      "/States/A/Arguments",
      /only in/,
    ],
    [
      "$states.errorOutput outside Catch",
      machine({ A: { ...task, Assign: { x: "{% $states.errorOutput %}" } } }),
      "/States/A/Assign/x",
      /of a Catch/,
    ],
    ["Assign that is no object", machine({ A: { ...pass, Assign: "{% {} %}" } }), "/States/A/Assign", /an object/],
    [
      "a variable named states",
      machine({ A: { ...pass, Assign: { states: 1 } } }),
      "/States/A/Assign/states",
      /reserved/,
    ],
    ["a variable with a dash", machine({ A: { ...pass, Assign: { "a-b": 1 } } }), "/States/A/Assign/a-b", /identifier/],
    ["a task without Resource", machine({ A: { Type: "Task", End: true } }), "/States/A/Resource", /missing/],
    ["a Resource that is no ARN", machine({ A: { ...task, Resource: "foo" } }), "/States/A/Resource", /ARN/],
    ["a timeout in words", machine({ A: { ...task, TimeoutSeconds: "5" } }), "/States/A/TimeoutSeconds", /JSONata/],
    [
      "a heartbeat as long as the timeout",
      machine({ A: { ...task, TimeoutSeconds: 5, HeartbeatSeconds: 5 } }),
      "/States/A/HeartbeatSeconds",
      /fewer/,
    ],
    ["no choices", machine({ A: { Type: "Choice", Choices: [] } }), "/States/A/Choices", /at least one/],
    [
      "a Condition that is text",
      machine({ A: { Type: "Choice", Choices: [{ Condition: "true", Next: "B" }] }, B: pass }),
      "/States/A/Choices/0/Condition",
      /JSONata for a boolean/,
    ],
    [
      "a choice with End",
      machine({ A: { Type: "Choice", Choices: [], End: true } }),
      "/States/A/End",
      /expected one of/,
    ],
    ["a wait for nothing", machine({ A: { Type: "Wait", End: true } }), "/States/A", /one of Seconds and Timestamp/],
    [
      "a wait for both",
      machine({ A: { Type: "Wait", Seconds: 1, Timestamp: "2030-01-01T00:00:00Z", End: true } }),
      "/States/A",
      /one of/,
    ],
    ["a wait of -1 seconds", machine({ A: { Type: "Wait", Seconds: -1, End: true } }), "/States/A/Seconds", /from 0/],
    [
      "a day without time",
      machine({ A: { Type: "Wait", Timestamp: "2030-01-01", End: true } }),
      "/States/A/Timestamp",
      /2030-01-31T/,
    ],
    [
      "30 February",
      machine({ A: { Type: "Wait", Timestamp: "2030-02-30T00:00:00Z", End: true } }),
      "/States/A/Timestamp",
      /a time/,
    ],
    ["Assign in Succeed", machine({ A: { Type: "Succeed", Assign: {} } }), "/States/A/Assign", /expected one of/],
    [
      "no branches",
      machine({ A: { Type: "Parallel", Branches: [], End: true } }),
      "/States/A/Branches",
      /at least one/,
    ],
    [
      "a branch without states",
      machine({ A: { Type: "Parallel", Branches: [{ StartAt: "X" }], End: true } }),
      "/States/A/Branches/0/States",
      /at least one state/,
    ],
    [
      "a map without processor",
      machine({ A: { Type: "Map", End: true } }),
      "/States/A/ItemProcessor",
      /StartAt and States/,
    ],
    ["Items that is a number", machine({ A: map({ Items: 3 }) }), "/States/A/Items", /an array/],
    [
      "101 percent",
      machine({ A: map({ ToleratedFailurePercentage: 101 }) }),
      "/States/A/ToleratedFailurePercentage",
      /to 100/,
    ],
    ["a name used twice", machine({ A: map({ ItemProcessor: inner({ A: pass }) }) }), "/States/A", /only once/],
    [
      "a transition out of a branch",
      machine({ A: map({ ItemProcessor: inner({ In: { Type: "Pass", Next: "A" } }) }) }),
      "/States/A/ItemProcessor/States/In",
      /not "A"/,
    ],
    [
      "a variable of an outer scope assigned inside",
      machine({
        Z: { Type: "Pass", Assign: { x: 1 }, Next: "A" },
        A: map({ ItemProcessor: inner({ In: { ...pass, Assign: { x: 2 } } }) }),
      }),
      "/States/A/ItemProcessor/States/In",
      /outer scope/,
    ],
    [
      "ErrorEquals that is empty",
      machine({ A: { ...task, Retry: [{ ErrorEquals: [] }] } }),
      "/States/A/Retry/0/ErrorEquals",
      /at least one/,
    ],
    [
      "States.ALL beside another name",
      machine({ A: { ...task, Retry: [{ ErrorEquals: ["States.ALL", "X"] }] } }),
      "/States/A/Retry/0/ErrorEquals",
      /alone/,
    ],
    [
      "States.ALL before the last catcher",
      machine({
        A: {
          ...task,
          Catch: [
            { ErrorEquals: ["States.ALL"], Next: "B" },
            { ErrorEquals: ["X"], Next: "B" },
          ],
        },
        B: pass,
      }),
      "/States/A/Catch/0/ErrorEquals",
      /last/,
    ],
    [
      "a backoff below 1",
      machine({ A: { ...task, Retry: [{ ErrorEquals: ["X"], BackoffRate: 0.5 }] } }),
      "/States/A/Retry/0/BackoffRate",
      /from 1/,
    ],
    [
      "half an attempt",
      machine({ A: { ...task, Retry: [{ ErrorEquals: ["X"], MaxAttempts: 0.5 }] } }),
      "/States/A/Retry/0/MaxAttempts",
      /whole/,
    ],
    [
      "another jitter",
      machine({ A: { ...task, Retry: [{ ErrorEquals: ["X"], JitterStrategy: "HALF" }] } }),
      "/States/A/Retry/0/JitterStrategy",
      /FULL/,
    ],
    [
      "a catcher to nowhere",
      machine({ A: { ...task, Catch: [{ ErrorEquals: ["X"], Next: "B" }] } }),
      "/States/A",
      /not "B"/,
    ],
    ["Retry in Pass", machine({ A: { ...pass, Retry: [] } }), "/States/A/Retry", /expected one of/],
    ["JSON nested too deep", `${'{"a":'.repeat(200)}1${"}".repeat(200)}`, "", /levels deep/],
    ["more than a megabyte", machine({ A: { ...pass, Comment: "x".repeat(1_048_576) } }), "", /1048576 bytes/],
  ];

  test.each(table)("%s", (_name, source, path, message) => {
    const error = errorOf(source);
    expect([error.code, error.path]).toEqual(["workflow.invalid", path]);
    expect(error.message).toMatch(message);
  });

  test("every problem is told at once", () => {
    const { message } = errorOf(machine({ A: { Type: "Pass", Foo: 1, Next: "B" }, B: { Type: "Wait", End: true } }));
    expect(message).toMatch(/\/States\/A\/Foo.*\/States\/B: expected one of Seconds/);
  });
});

describe("a definition is not supported:", () => {
  const table: readonly (readonly [string, Json, string])[] = [
    ["JSONPath everywhere", { StartAt: "A", States: { A: { Type: "Pass", Result: 1, End: true } } }, "/States/A"],
    ["one state in JSONPath", machine({ A: { ...pass, QueryLanguage: "JSONPath" } }), "/States/A"],
    [
      "a state left to a default of JSONPath",
      {
        StartAt: "A",
        States: { A: { ...pass, QueryLanguage: "JSONata", End: undefined, Next: "B" }, B: pass },
      } as never,
      "/States/B",
    ],
    [
      "a Map read from S3",
      machine({ A: map({ ItemReader: { Resource: "arn:aws:states:::s3:getObject" } }) }),
      "/States/A",
    ],
    ["a task with Credentials", machine({ A: { ...task, Credentials: { RoleArn: "r" } } }), "/States/A/Credentials"],
    [
      "a distributed Map",
      machine({
        A: map({ ItemProcessor: { ...inner(), ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } } }),
      }),
      "/States/A",
    ],
  ];

  test.each(table)("%s", (_name, source, path) => {
    expect(errorOf(source)).toMatchObject({ code: "workflow.unsupported", path });
  });
});

describe("a definition is accepted:", () => {
  const table: readonly (readonly [string, Json])[] = [
    ["JSONata by state alone", { StartAt: "A", States: { A: { ...pass, QueryLanguage: "JSONata" } } }],
    [
      "children of a JSONata Map without a language of their own",
      { StartAt: "A", States: { A: map({ QueryLanguage: "JSONata" }) } },
    ],
    ["a placeholder for a resource", machine({ A: { ...task, Resource: `\${task:record-finding}` } })],
    ["a Map with Iterator", machine({ A: { Type: "Map", Iterator: inner(), End: true } })],
    ["a rule that is true", machine({ A: { Type: "Choice", Choices: [{ Condition: true, Next: "B" }] }, B: pass })],
    ["a name of 80 characters", machine({ ["é".repeat(80)]: pass })],
    ["text", JSON.stringify(machine({ A: pass }))],
  ];

  test.each(table)("%s", (_name, source) => {
    expect(parseDefinition(source)).toMatchObject({ ok: true });
  });

  test("an Express workflow only without waiting for an answer", () => {
    const waiting = machine({ A: { ...task, Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken" } });
    expect(parseDefinition(waiting)).toMatchObject({ ok: true });
    expect(parseDefinition(waiting, { type: "express" })).toMatchObject({
      ok: false,
      error: { path: "/States/A/Resource" },
    });
  });
});
