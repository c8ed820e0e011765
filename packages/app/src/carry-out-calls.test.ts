import type { AwsCall, AwsRequest } from "@ephor/domain/aws-call";
import { ephorError } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import type { PlannedCall } from "@ephor/domain/remediation";
import type { CallEntry } from "@ephor/domain/response";
import { err, ok } from "@ephor/domain/result";
import { timestamp } from "@ephor/domain/time";
import { describe, expect, test } from "vitest";
import { type CallJournal, type Carrying, carryOutCalls } from "./carry-out-calls.ts";

const AT = timestamp(0);
const call = (operation: string, input: JsonObject = {}): PlannedCall => ({
  ...{ service: "ec2", operation, input, says: operation },
});
const PLAN = [call("One"), call("Two"), call("Three")];
const refusal = (code: "aws.refused" | "aws.denied" | "aws.not-found") =>
  ({ ok: false, error: { code, message: "no", awsCode: "Nope" } }) as const;

function aJournal(known: readonly CallEntry[] = []) {
  const entries = new Map(known.map((entry) => [entry.index, entry]));
  const journal: CallJournal = {
    entries: async () => [...entries.values()],
    intend: async (index) => {
      entries.set(index, { index, state: "intent", at: AT, output: {}, known: null });
      return ok(undefined);
    },
    settle: async ({ why: _, ...entry }) => {
      entries.set(entry.index, { ...entry, at: AT });
      return ok(undefined);
    },
  };
  return { journal, states: () => [...entries.values()].map(({ state, known: how }) => [state, how]) };
}

function aRun(of: Partial<Carrying> & { answers?: AwsCall } = {}) {
  const made: AwsRequest[] = [];
  const aws: AwsCall = async (request) => {
    made.push(request);
    return of.answers?.(request) ?? ok({});
  };
  const remaining = async () => ok(PLAN);
  return {
    made,
    run: () => carryOutCalls({ calls: PLAN, ...aJournal(), remaining, token: "h", callsMax: 10, ...of, aws }),
  };
}
const intent = (index: number): CallEntry => ({ index, state: "intent", at: AT, output: {}, known: null });
const done = (index: number): CallEntry => ({ index, state: "done", at: AT, output: {}, known: "answered" });

describe("carrying out calls", () => {
  test("makes each once, in their order", async () => {
    const { made, run } = aRun();
    expect(await run()).toEqual(ok({ finished: true }));
    expect(made.map(({ operation }) => operation)).toEqual(["One", "Two", "Three"]);
  });

  test("a run that is tried again while the first is still under way makes no call a second time", async () => {
    const { journal } = aJournal();
    let isAnswered = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      isAnswered = resolve;
    });
    const answers: AwsCall = async () => held.then(() => ok({}));
    const { made, run } = aRun({ journal, answers });
    const both = Promise.all([run(), run()]);
    isAnswered();
    expect(await both).toEqual([ok({ finished: true }), ok({ finished: true })]);
    expect(made.map(({ operation }) => operation)).toEqual(["One", "Two", "Three"]);
  });

  test("leaves the rest to the next time after so many", async () => {
    const { journal } = aJournal();
    const { made, run } = aRun({ journal, callsMax: 2 });
    expect(await run()).toEqual(ok({ finished: false }));
    expect(await run()).toEqual(ok({ finished: true }));
    expect(made).toHaveLength(3);
  });

  test.each(["aws.refused", "aws.denied", "aws.not-found"] as const)(
    "ends at %s, and is not asked again",
    async (code) => {
      const { journal, states } = aJournal();
      const answers: AwsCall = async ({ operation }) => (operation === "Two" ? refusal(code) : ok({}));
      const { made, run } = aRun({ journal, answers });
      expect(await run()).toMatchObject({ ok: false, error: { code: "remediation.apply-failed" } });
      expect(await run()).toMatchObject({ ok: false, error: { code: "remediation.apply-failed" } });
      expect(made).toHaveLength(2);
      expect(states()).toEqual([
        ["done", "answered"],
        ["refused", "answered"],
      ]);
    },
  );

  test("a repeat that is refused because the first try took place counts as made", async () => {
    const { journal, states } = aJournal([done(0), intent(1)]);
    let reads = 0;
    // The first look is too early to show it.
    const remaining = async () => ok(reads++ === 0 ? PLAN.slice(1) : PLAN.slice(2));
    const answers: AwsCall = async ({ operation }) => (operation === "Two" ? refusal("aws.not-found") : ok({}));
    const { made, run } = aRun({ journal, remaining, answers });
    expect(await run()).toEqual(ok({ finished: true }));
    expect(made.map(({ operation }) => operation)).toEqual(["Two", "Three"]);
    expect(states()[1]).toEqual(["done", "observed"]);
  });

  test("a state that nobody planned ends it: somebody else changed something", async () => {
    const { journal } = aJournal([done(0), intent(1)]);
    const { made, run } = aRun({ journal, remaining: async () => ok([call("Other")]) });
    expect(await run()).toMatchObject({ error: { code: "remediation.apply-failed" } });
    expect(made).toEqual([]);
  });

  test.each([
    ["remediation.stopped", "stopped"],
    ["remediation.lease-lost", "another holds it"],
  ] as const)("makes no call once it is told %s", async (code, message) => {
    const { journal } = aJournal();
    const { made, run } = aRun({ journal: { ...journal, intend: async () => err(ephorError(code, message)) } });
    expect(await run()).toMatchObject({ error: { code } });
    expect(made).toEqual([]);
  });

  test("what cannot be read for a while is asked again later; what cannot be read at all fails", async () => {
    const { journal } = aJournal([intent(0)]);
    const failing = (code: "aws.throttled" | "aws.denied") => async () =>
      err({ code, message: "m", awsCode: "c" } as const);
    expect(await aRun({ journal, remaining: failing("aws.throttled") }).run()).toMatchObject({
      error: { code: "aws.throttled" },
    });
    expect(await aRun({ journal, remaining: failing("aws.denied") }).run()).toMatchObject({
      error: { code: "remediation.apply-failed" },
    });
  });

  test("a call that needs what was never answered is not made", async () => {
    const calls = [call("One"), call("Two", { Id: { $from: { call: 0, path: "/Id" } } })];
    const { made, run } = aRun({ calls });
    expect(await run()).toMatchObject({ error: { code: "remediation.apply-failed" } });
    expect(made).toHaveLength(1);
  });

  test("operations that take a token get the plan's hash, each further one of its own", async () => {
    const calls = [call("CreateFlowLogs", { A: 1 }), call("CreateFlowLogs", { A: 2 }), call("Three")];
    const { made, run } = aRun({ calls, token: "f".repeat(64) });
    await run();
    const [first, second, third] = made.map(({ input }) => input["ClientToken"]);
    expect(first).toBe("f".repeat(64));
    expect(second).toMatch(/^[0-9a-f]{64}$/);
    expect(second).not.toBe(first);
    expect(third).toBeUndefined();
  });
});
