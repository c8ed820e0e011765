import { type CallJournal, type Carrying, carryOutCalls } from "@ephor/app/carry-out-calls";
import type { AwsCall } from "@ephor/domain/aws-call";
import type { CallEntry } from "@ephor/domain/response";
import { ok } from "@ephor/domain/result";
import { timestamp } from "@ephor/domain/time";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeOf, type Model, modelAccount, operationsOf } from "./support/model-account.ts";

// fast-check prints the seed of a failing run; SEED repeats it.
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
const RUNS = { seed, numRuns: 400 };
const AT = timestamp(0);

class Killed extends Error {}

/** What happens at one step: nothing special; AWS answers, but nobody hears; AWS never got it; the process dies. */
const FAULTS = ["none", "none", "none", "unheard", "never-got", "throttled", "killed-before", "killed-after"] as const;
type Fault = (typeof FAULTS)[number];

/** Draws the next fault of a script; a script that is at its end has none. */
function scripted(script: readonly Fault[]): () => Fault {
  let at = 0;
  return () => script[at++] ?? "none";
}

function faultyAws(aws: AwsCall, next: () => Fault): AwsCall {
  return async (request) => {
    const fault = next();
    const lost = { code: "aws.unknown-outcome", message: "the connection ended", awsCode: "TimeoutError" } as const;
    if (fault === "killed-before") throw new Killed();
    if (fault === "never-got") return { ok: false, error: lost };
    if (fault === "throttled") return { ok: false, error: { ...lost, code: "aws.throttled" } };
    const answer = await aws(request);
    if (fault === "killed-after") throw new Killed();
    return fault === "unheard" ? { ok: false, error: lost } : answer;
  };
}

/** A journal that outlives its process: what was stored is there, whatever died after. */
function storedJournal(next: () => Fault): CallJournal & { recorded: () => readonly CallEntry[] } {
  const entries = new Map<number, CallEntry>();
  const store = async (entry: CallEntry) => {
    const fault = next();
    if (fault === "killed-before") throw new Killed();
    entries.set(entry.index, entry);
    if (fault === "killed-after") throw new Killed();
    return ok(undefined);
  };
  return {
    entries: async () => [...entries.values()],
    recorded: () => [...entries.values()],
    intend: (index) => store({ index, state: "intent", at: AT, output: {}, known: null }),
    settle: ({ index, state, output, known }) => store({ index, state, output, known, at: AT }),
  };
}

const anyModel: fc.Arbitrary<Model> = fc
  .record({
    ports: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }),
    group: fc.constantFrom(null, "sg-old"),
    rule: fc.boolean(),
    attached: fc.boolean(),
  })
  // Without a group there is no rule in it, and nothing is in it.
  .map((one) => ({
    ...one,
    ports: one.ports.toSorted((a, b) => a - b),
    rule: one.rule && one.group !== null,
    attached: one.attached && one.group !== null,
  }));
const anyScript = fc.array(fc.constantFrom(...FAULTS), { maxLength: 40 });

const INVOCATIONS_MAX = 200;

/** Invokes until it ends, as a workflow's retries do; `between` is what others do meanwhile. */
async function toItsEnd(of: Omit<Carrying, "callsMax" | "token">, between: (turn: number) => void = () => {}) {
  for (let turn = 0; turn < INVOCATIONS_MAX; turn++) {
    between(turn);
    try {
      const done = await carryOutCalls({ ...of, token: "hash", callsMax: 3 });
      if (done.ok && done.value.finished) return "finished";
      if (!done.ok && done.error.code === "remediation.apply-failed") return "failed";
    } catch (cause) {
      if (!(cause instanceof Killed)) throw cause;
    }
  }
  throw new Error("it does not end");
}

describe("calls that are cut off anywhere", () => {
  test("end as if each had been made once", async () => {
    await fc.assert(
      fc.asyncProperty(anyModel, anyScript, anyScript, async (first, awsFaults, journalFaults) => {
        const account = modelAccount(first);
        const calls = changeOf(first);
        const end = await toItsEnd({
          calls,
          journal: storedJournal(scripted(journalFaults)),
          aws: faultyAws(account.aws, scripted(awsFaults)),
          remaining: async () => ok(changeOf(account.state())),
        });
        expect(end).toBe("finished");
        expect(changeOf(account.state())).toEqual([]);
        expect(operationsOf(account.applied)).toEqual(operationsOf(calls));
        expect(account.groupsMade()).toBe(first.group === null ? 1 : 0);
      }),
      RUNS,
    );
  });

  test("none is made again once its success is recorded, whatever others change meanwhile", async () => {
    const anyMeddling = fc.array(
      fc.record({ turn: fc.nat(6), port: fc.integer({ min: 1, max: 9 }), opens: fc.boolean() }),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(anyModel, anyScript, anyMeddling, async (first, awsFaults, meddling) => {
        const account = modelAccount(first);
        const calls = changeOf(first);
        const journal = storedJournal(scripted([]));
        const made: string[] = [];
        const aws = faultyAws(account.aws, scripted(awsFaults));
        await toItsEnd(
          {
            ...{ calls, journal, remaining: async () => ok(changeOf(account.state())) },
            aws: async (request) => {
              const done = journal.recorded().filter(({ state }) => state === "done");
              const name = operationsOf([request])[0] ?? "";
              expect(done.map(({ index }) => operationsOf(calls)[index])).not.toContain(name);
              made.push(name);
              return aws(request);
            },
          },
          (turn) => {
            for (const { port, opens } of meddling.filter((one) => one.turn === turn)) {
              account.meddle((state) => ({
                ...state,
                ports: opens
                  ? [...new Set([...state.ports, port])].toSorted((a, b) => a - b)
                  : state.ports.filter((one) => one !== port),
              }));
            }
          },
        );
        // Nothing but what was planned is ever asked of AWS.
        expect(made.filter((name) => !operationsOf(calls).includes(name))).toEqual([]);
      }),
      RUNS,
    );
  });
});
