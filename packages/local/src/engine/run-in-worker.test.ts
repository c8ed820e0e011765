import { afterAll, expect, test } from "vitest";
import { processTimers } from "../timers/timers.ts";
import { type WorkflowRequest, workflowWorker } from "./run-in-worker.ts";

const worker = workflowWorker({ timers: processTimers, stepSeconds: 1 });
const small = workflowWorker({ timers: processTimers, stepSeconds: 60, heapMb: 64 });
afterAll(() => Promise.all([worker.close(), small.close()]));

const request = (states: object): WorkflowRequest => ({
  definition: { QueryLanguage: "JSONata", StartAt: "A", States: { A: { Type: "Pass", Next: "B" }, ...states } },
  input: { text: `${"a".repeat(40)}!` },
  fast: true,
  now: "2026-01-01T00:00:00.000Z",
  entropy: "worker",
});

test("a regular expression without end fails its run alone, and what was done before stays told", async () => {
  const output = "{% $contains($states.input.text, /^(a+)+$/) %}";
  const hung = request({ B: { Type: "Wait", Seconds: 1, Next: "C" }, C: { Type: "Pass", Output: output, End: true } });
  const ran = await worker.run(hung);
  const cause = expect.stringContaining("does not end");
  expect(ran).toMatchObject({ ok: true, value: { status: "FAILED", error: "States.Runtime", cause } });
  expect(ran.ok && ran.value.states.map(({ name }) => name)).toEqual(["A"]);
  expect(ran.ok && ran.value.history.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
});

test("a run that wants more memory than there is fails alone, and the next one runs", async () => {
  const doubled = "$reduce([1..25], function($text, $_) { $text & $text }, 'x')";
  const hoard = `{% ($text := ${doubled}; $count($map([1..40], function($i) { $split($text, '') }))) %}`;
  const ran = await small.run(request({ B: { Type: "Pass", Output: hoard, End: true } }));
  // Under load the expression's time may be up before the heap is full.
  const cause = expect.stringMatching(/more than 64 MB of memory|D1012/);
  expect(ran).toMatchObject({ ok: true, value: { status: "FAILED", cause } });
  const after = await small.run(request({ B: { Type: "Pass", Output: 1, End: true } }));
  expect(after).toMatchObject({ ok: true, value: { status: "SUCCEEDED", output: 1 } });
});

test("a definition that cannot be read is told, not run", async () => {
  const told = await worker.run(request({ B: { Type: "Pass", Next: "Nowhere" } }));
  expect(told).toMatchObject({ ok: false, error: { code: "workflow.invalid", path: "/States/B" } });
});

test("a wait for real is not taken for a worker that hangs", async () => {
  const waits = request({ B: { Type: "Wait", Seconds: 2, End: true } });
  const ran = await worker.run({ ...waits, fast: false });
  expect(ran).toMatchObject({ ok: true, value: { status: "SUCCEEDED" } });
});
