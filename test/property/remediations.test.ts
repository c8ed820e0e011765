import { isDeepStrictEqual } from "node:util";
import { canonicalJson } from "@ephor/domain/canonical-json";
import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import type { PlannedCall } from "@ephor/domain/remediation";
import { remediations } from "@ephor/remediations/catalogue";
import type { DefinedRemediation } from "@ephor/remediations/define-remediation";
import { resolved } from "@ephor/remediations/simulate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { statesOf } from "./support/remediation-states.ts";

// fast-check prints the seed of a failing run; SEED repeats it.
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
const RUNS = { seed, numRuns: 200 };

/** The state before every call and after the last one, and what the calls answered. */
function steps(
  remediation: DefinedRemediation,
  { state, calls }: { state: JsonObject; calls: readonly PlannedCall[] },
) {
  const answers: JsonObject[] = [];
  const states = [state];
  for (const call of calls) {
    const input = resolved(call.input, answers);
    const made = { ...call, input: isJsonObject(input) ? input : {} };
    const now = states.at(-1) ?? state;
    answers.push(remediation.model.answer(now, made));
    states.push(remediation.model.simulate(now, made));
  }
  return { states, answers };
}

/** `calls` from `first` on, with what the calls before it answered put in, and later references counted from there. */
function rest(calls: readonly PlannedCall[], { first, answers }: { first: number; answers: readonly JsonObject[] }) {
  return calls.slice(first).map(({ service, operation, input }) => ({
    ...{ service, operation, input: shifted(input, { first, answers }) },
  }));
}

function shifted(value: Json, of: { first: number; answers: readonly JsonObject[] }): Json {
  if (Array.isArray(value)) return value.map((item: Json) => shifted(item, of));
  if (!isJsonObject(value)) return value;
  const from = value["$from"];
  if (!isJsonObject(from))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shifted(item, of)]));
  const call = Number(from["call"]);
  return call < of.first ? resolved(value, of.answers) : { $from: { ...from, call: call - of.first } };
}

const plain = (calls: readonly PlannedCall[]) =>
  calls.map(({ service, operation, input }) => ({ service, operation, input }));

describe.each(remediations.map((each) => [each.id, each] as const))(`%s (seed ${seed})`, (_, remediation) => {
  const target = remediation.cases.find(({ kind }) => kind === "hit")?.target;
  if (target === undefined) throw new Error("there is no case of a hit");
  const states = statesOf(remediation);

  test("whatever part of a change was made, the change that remains is exactly the rest of it", () => {
    fc.assert(
      fc.property(states, (state) => {
        const { calls, after } = remediation.change(state, target);
        const made = steps(remediation, { state, calls });
        for (const [first, now] of made.states.entries()) {
          const remaining = remediation.change(now, target);
          expect(plain(remaining.calls)).toEqual(rest(calls, { first, answers: made.answers }));
          expect(remaining.after).toEqual(after);
        }
        expect(made.states.at(-1)).toEqual(after);
        if (calls.length === 0) expect(after).toEqual(state);
      }),
      RUNS,
    );
  });

  test.skipIf(remediation.irreversible !== null)("undo leads back from any part of a change, also in parts", () => {
    fc.assert(
      fc.property(states, (before) => {
        const { calls } = remediation.change(before, target);
        for (const current of steps(remediation, { state: before, calls }).states) {
          const back = remediation.undo({ before, current, target });
          const undone = steps(remediation, { state: current, calls: back });
          expect(undone.states.at(-1)).toEqual(before);
          if (isDeepStrictEqual(current, before)) expect(back).toEqual([]);
          for (const [first, now] of undone.states.entries()) {
            const remaining = remediation.undo({ before, current: now, target });
            expect(plain(remaining)).toEqual(rest(back, { first, answers: undone.answers }));
          }
        }
      }),
      RUNS,
    );
  });

  test("a state goes through a store, which orders its members, and gives the same plan", () => {
    fc.assert(
      fc.property(states, (state) => {
        const stored: JsonObject = JSON.parse(canonicalJson(state));
        expect(remediation.state.parse(stored)).toEqual(state);
        expect(remediation.change(stored, target)).toEqual(remediation.change(state, target));
      }),
      RUNS,
    );
  });
});
