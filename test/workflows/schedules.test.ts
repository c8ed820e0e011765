import type { Json, JsonObject } from "@ephor/domain/json";
import { describe, expect, test } from "vitest";
import { runOnVirtualClock, type TaskScript } from "./support/virtual-world.ts";

/*
 * When a task is tried again, what catches it and what times out, from the tables and examples of
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html on a clock of the test's own.
 */

const machine = (task: JsonObject, rest: JsonObject = {}): JsonObject => {
  const work = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", ...("Next" in task ? {} : { End: true }) };
  return { QueryLanguage: "JSONata", StartAt: "Work", States: { Work: { ...work, ...task }, ...rest } };
};
const failing = (error: string): TaskScript => ({ afterSeconds: 0, error, cause: `${error} happened` });
const differences = (times: readonly number[]): number[] => times.slice(1).map((time, i) => time - (times[i] ?? 0));

describe("a failed task is tried again after", () => {
  type Row = { readonly of: string; readonly retrier: JsonObject; readonly delays: readonly number[] };
  const table: readonly Row[] = [
    { of: "1, 2 and 4 seconds by default", retrier: {}, delays: [1, 2, 4] },
    { of: "3 and 4.5 seconds", retrier: { IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 1.5 }, delays: [3, 4.5] },
    { of: "the same interval at a rate of 1", retrier: { IntervalSeconds: 5, BackoffRate: 1 }, delays: [5, 5, 5] },
    { of: "no time at all with no attempts", retrier: { MaxAttempts: 0 }, delays: [] },
    {
      of: "3, 6, 12, 20 and 20 seconds under a longest delay of 20",
      retrier: { IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 5, MaxDelaySeconds: 20 },
      delays: [3, 6, 12, 20, 20],
    },
  ];

  test.each(table)("$of", async ({ retrier, delays }) => {
    const retry = [{ ErrorEquals: ["States.ALL"], ...retrier }];
    const run = await runOnVirtualClock(machine({ Retry: retry }), { tasks: [failing("Boom")] });
    expect(differences(run.invokedAtSeconds)).toEqual(delays);
    expect(run.invoked.map(({ retryCount }) => retryCount)).toEqual([...delays.keys(), delays.length]);
    expect(run.outcome).toEqual({ status: "FAILED", error: "Boom", cause: "Boom happened" });
  });

  test("a random part of its delay with full jitter, never more", async () => {
    const retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 8, MaxAttempts: 4, JitterStrategy: "FULL" }];
    const seen = new Set<number>();
    for (const seed of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
      const run = await runOnVirtualClock(machine({ Retry: retry }), { tasks: [failing("Boom")], seed });
      for (const [index, delay] of differences(run.invokedAtSeconds).entries()) {
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(8 * 2 ** index);
        seen.add(delay);
      }
    }
    expect(seen.size).toBeGreaterThan(20);
  });
});

describe("retriers keep their own count", () => {
  const retry = [
    { ErrorEquals: ["ErrorA", "ErrorB"], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
    { ErrorEquals: ["ErrorC"], IntervalSeconds: 5 },
  ];
  const caught = machine(
    { Retry: retry, Catch: [{ ErrorEquals: ["States.ALL"], Next: "Z" }] },
    { Z: { Type: "Succeed", Output: "{% $states.input.Error %}" } },
  );

  test("A and B wait 1 and 2 seconds, C waits 5, and a third of the first retrier goes to the catcher", async () => {
    const tasks = ["ErrorA", "ErrorB", "ErrorC", "ErrorB"].map(failing);
    const run = await runOnVirtualClock(caught, { tasks });
    expect(differences(run.invokedAtSeconds)).toEqual([1, 2, 5]);
    expect(run.outcome).toEqual({ status: "SUCCEEDED", output: "ErrorB" });
  });

  test("every visit of the state begins its count anew", async () => {
    const again = machine(
      {
        Retry: [{ ErrorEquals: ["Boom"], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ["Boom"], Next: "Again" }],
        Next: "Done",
      },
      { Again: { Type: "Pass", Next: "Work" }, Done: { Type: "Succeed" } },
    );
    const tasks = [failing("Boom"), failing("Boom"), failing("Boom"), { afterSeconds: 0 }];
    const run = await runOnVirtualClock(again, { tasks });
    expect(differences(run.invokedAtSeconds)).toEqual([1, 0, 1]);
    expect(run.outcome.status).toBe("SUCCEEDED");
  });
});

describe("an error is caught by", () => {
  const names = [
    "Mine",
    "States.TaskFailed",
    "States.Timeout",
    "States.HeartbeatTimeout",
    "States.DataLimitExceeded",
    "States.Runtime",
  ];
  type Row = { readonly catcher: string; readonly catches: readonly string[] };
  const table: readonly Row[] = [
    { catcher: "States.ALL", catches: ["Mine", "States.TaskFailed", "States.Timeout", "States.HeartbeatTimeout"] },
    { catcher: "States.TaskFailed", catches: ["Mine", "States.TaskFailed", "States.HeartbeatTimeout"] },
    { catcher: "States.Timeout", catches: ["States.Timeout", "States.HeartbeatTimeout"] },
    { catcher: "States.HeartbeatTimeout", catches: ["States.HeartbeatTimeout"] },
    { catcher: "States.DataLimitExceeded", catches: ["States.DataLimitExceeded"] },
    { catcher: "States.Runtime", catches: [] },
    { catcher: "Mine", catches: ["Mine"] },
    { catcher: "mine", catches: [] },
  ];

  test.each(table)("$catcher: $catches", async ({ catcher, catches }) => {
    const caught: string[] = [];
    for (const error of names) {
      const source = machine({ Catch: [{ ErrorEquals: [catcher], Next: "Caught" }] }, { Caught: { Type: "Succeed" } });
      const run = await runOnVirtualClock(source, { tasks: [failing(error)] });
      if (run.outcome.status === "SUCCEEDED") caught.push(error);
      else expect(run.outcome).toMatchObject({ status: "FAILED", error });
    }
    expect(caught).toEqual(catches);
  });

  test("the first catcher that names it, with its own output and variables", async () => {
    const source = machine(
      {
        Catch: [
          { ErrorEquals: ["Other"], Next: "Never" },
          {
            ErrorEquals: ["Mine", "Yours"],
            Next: "Caught",
            Assign: { cause: "{% $states.errorOutput.Cause %}" },
            Output: "{% {'error': $states.errorOutput.Error, 'was': $states.input.x} %}",
          },
          { ErrorEquals: ["States.ALL"], Next: "Never" },
        ],
      },
      { Caught: { Type: "Pass", Output: "{% [$states.input, $cause] %}", End: true }, Never: { Type: "Fail" } },
    );
    const run = await runOnVirtualClock(source, { tasks: [failing("Mine")], input: { x: 7 } });
    expect(run.outcome).toEqual({ status: "SUCCEEDED", output: [{ error: "Mine", was: 7 }, "Mine happened"] });
  });

  test("its retrier first, and a catcher only once the tries are used up", async () => {
    const source = machine(
      { Retry: [{ ErrorEquals: ["Mine"], MaxAttempts: 2 }], Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }] },
      { Caught: { Type: "Succeed" } },
    );
    const run = await runOnVirtualClock(source, { tasks: [failing("Mine")] });
    expect(run.invoked).toHaveLength(3);
    expect(run.outcome).toEqual({ status: "SUCCEEDED", output: { Error: "Mine", Cause: "Mine happened" } });
  });

  test("nothing when the catcher's own output cannot be evaluated", async () => {
    const source = machine(
      {
        Catch: [
          { ErrorEquals: ["Mine"], Next: "Caught", Output: "{% $states.errorOutput.Nothing %}" },
          { ErrorEquals: ["States.ALL"], Next: "Caught" },
        ],
      },
      { Caught: { Type: "Succeed" } },
    );
    const run = await runOnVirtualClock(source, { tasks: [failing("Mine")] });
    expect(run.outcome).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
  });
});

describe("a task times out", () => {
  test("TimeoutSeconds after it was scheduled, and is cancelled", async () => {
    const run = await runOnVirtualClock(machine({ TimeoutSeconds: 30 }), {});
    expect([run.outcome, run.endedAtSeconds]).toEqual([{ status: "FAILED", error: "States.Timeout" }, 30]);
    expect(run.cancelled).toEqual(run.invoked.map(({ taskId }) => taskId));
    expect(run.history.map(({ type }) => type)).toContain("TaskTimedOut");
  });

  test("not when it answers in time, and its timer is cancelled", async () => {
    const run = await runOnVirtualClock(machine({ TimeoutSeconds: 30 }), { tasks: [{ afterSeconds: 29, output: 1 }] });
    expect([run.outcome, run.endedAtSeconds]).toEqual([{ status: "SUCCEEDED", output: 1 }, 29]);
    expect(run.cancelled).toEqual([expect.stringMatching(/^timeout-/)]);
  });

  test("by JSONata, and again on every try", async () => {
    const task = {
      TimeoutSeconds: "{% $states.input.limit %}",
      Retry: [{ ErrorEquals: ["States.Timeout"], MaxAttempts: 2 }],
    };
    const run = await runOnVirtualClock(machine(task), { input: { limit: 10 } });
    expect(run.invokedAtSeconds).toEqual([0, 11, 23]);
    expect(run.endedAtSeconds).toBe(33);
  });

  test("after a heartbeat is missed, each beat moving the deadline", async () => {
    const task = { HeartbeatSeconds: 10, TimeoutSeconds: 100 };
    const beating = { heartbeatsSeconds: [8, 16, 24] };
    const run = await runOnVirtualClock(machine(task), { tasks: [beating] });
    expect([run.outcome, run.endedAtSeconds]).toEqual([{ status: "FAILED", error: "States.HeartbeatTimeout" }, 34]);
  });

  test("in the end even while it beats", async () => {
    const task = { HeartbeatSeconds: 10, TimeoutSeconds: 25 };
    const run = await runOnVirtualClock(machine(task), { tasks: [{ heartbeatsSeconds: [8, 16, 24] }] });
    expect([run.outcome, run.endedAtSeconds]).toEqual([{ status: "FAILED", error: "States.Timeout" }, 25]);
  });

  test("with its whole execution, whatever it would have caught", async () => {
    const task = { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }] };
    const source = { ...machine(task, { Caught: { Type: "Succeed" } }), TimeoutSeconds: 60 };
    const run = await runOnVirtualClock(source, {});
    expect([run.outcome, run.endedAtSeconds]).toEqual([{ status: "TIMED_OUT", error: "States.Timeout" }, 60]);
    expect(run.cancelled).toEqual(run.invoked.map(({ taskId }) => taskId));
  });
});

describe("a wait lasts", () => {
  const waiting = (wait: JsonObject): Json => ({
    QueryLanguage: "JSONata",
    StartAt: "Rest",
    States: { Rest: { Type: "Wait", End: true, ...wait } },
  });
  type Row = { readonly of: string; readonly wait: JsonObject; readonly seconds: number };
  const table: readonly Row[] = [
    { of: "its seconds", wait: { Seconds: 90 }, seconds: 90 },
    { of: "no time for 0 seconds", wait: { Seconds: 0 }, seconds: 0 },
    { of: "the seconds JSONata gives", wait: { Seconds: "{% $states.input.rest * 2 %}" }, seconds: 14 },
    { of: "until its time", wait: { Timestamp: "2026-01-01T01:00:00+01:00" }, seconds: 0 },
    { of: "until a later time", wait: { Timestamp: "2026-01-01T00:00:01.5Z" }, seconds: 1.5 },
    { of: "no time for one that has passed", wait: { Timestamp: "2025-01-01T00:00:00Z" }, seconds: 0 },
    {
      of: "until the time JSONata gives",
      wait: { Timestamp: "{% $fromMillis($millis() + 72 * 3600000) %}" },
      seconds: 72 * 3600,
    },
  ];

  test.each(table)("$of", async ({ wait, seconds }) => {
    const run = await runOnVirtualClock(waiting(wait), { input: { rest: 7 } });
    expect([run.outcome.status, run.endedAtSeconds]).toEqual(["SUCCEEDED", seconds]);
  });

  test.each([1.5, -1, "7", 100_000_000])("not %s seconds", async (rest) => {
    const run = await runOnVirtualClock(waiting({ Seconds: "{% $states.input.rest %}" }), { input: { rest } });
    expect(run.outcome).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
  });
});
