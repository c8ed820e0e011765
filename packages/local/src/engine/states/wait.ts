import { laterThan } from "../branches.ts";
import type { WaitState } from "../definition.ts";
import { type Evaluated, evaluateTyped, evaluateWhole, queryFailure } from "../evaluate.ts";
import { LIMITS } from "../limits.ts";
import { record, type Step, type Visit } from "../run.ts";
import { scopeOf } from "../scope.ts";
import { failEvaluation } from "./fail-evaluation.ts";
import { parseTimestamp } from "./timestamp.ts";

/** Records its own entry, as the time it waits until stands in it. A time that has passed is no wait at all. */
export async function enterWait(visit: Visit, state: WaitState): Promise<Step> {
  const { run, branch, at } = visit;
  const until = await waitsUntil(visit, state);
  const entered = { name: at.name, input: at.input };
  record(run, {
    type: "WaitStateEntered",
    branch,
    details: until.ok ? { ...entered, until: until.value } : entered,
  });
  if (!until.ok) return failEvaluation(visit, until.failure);
  return until.value > run.at ? { kind: "wait" } : leaveWait(visit, state);
}

export function leaveWait({ at }: Visit, state: WaitState): Step {
  return { kind: "leave", writes: state, fallback: at.input, seen: {}, transition: state.transition };
}

async function waitsUntil(visit: Visit, { field, value: template }: WaitState): Promise<Evaluated<string>> {
  const scope = scopeOf(visit);
  if (field === "Seconds") {
    const seconds = await evaluateWhole({ template, field, min: 0, max: LIMITS.seconds }, scope);
    return seconds.ok ? { ok: true, value: laterThan(visit.run.at, seconds.value) } : seconds;
  }
  const text = await evaluateTyped({ template, field, type: "string" }, scope);
  if (!text.ok) return text;
  const milliseconds = parseTimestamp(text.value);
  if (milliseconds !== undefined) return { ok: true, value: new Date(milliseconds).toISOString() };
  return queryFailure(
    scope,
    field,
    `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text.value.slice(0, 200)}`,
  );
}
