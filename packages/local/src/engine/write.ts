import type { Json } from "@ephor/domain/json";
import type { Writes } from "./definition.ts";
import { type Evaluated, evaluate, type Scope } from "./evaluate.ts";
import type { Folded } from "./fold.ts";
import { jsonBytes, LIMITS } from "./limits.ts";

export type Written = { readonly output: Json; readonly assigned?: Readonly<Record<string, Json>> };

type Asked = { readonly writes: Writes; readonly fallback: Json; readonly scope: Scope; readonly state: Folded };

/** Evaluates `Assign` and `Output` over the same variables, those from before the state wrote any. */
export async function write({ writes, fallback, scope, state }: Asked): Promise<Evaluated<Written>> {
  const assigned = await evaluateAssign(writes, scope);
  if (!assigned.ok) return assigned;
  const output: Evaluated = writes.output ? await evaluate(writes.output, scope) : { ok: true, value: fallback };
  if (!output.ok) return output;
  const excess = tooLarge(output.value, scope.state) ?? variablesTooLarge(assigned.value, state);
  if (excess !== undefined) return { ok: false, failure: excess };
  return {
    ok: true,
    value: { output: output.value, ...(assigned.value === undefined ? {} : { assigned: assigned.value }) },
  };
}

async function evaluateAssign({ assign }: Writes, scope: Scope): Promise<Evaluated<Written["assigned"]>> {
  if (assign === undefined) return { ok: true, value: undefined };
  const entries: [string, Json][] = [];
  for (const [name, template] of assign) {
    const evaluated = await evaluate(template, scope);
    if (!evaluated.ok) return evaluated;
    entries.push([name, evaluated.value]);
  }
  return { ok: true, value: Object.fromEntries(entries) };
}

const limitFailure = (cause: string) => ({ error: "States.DataLimitExceeded", cause }) as const;

/** The payload quota, in bytes of UTF-8 JSON. */
export function tooLarge(payload: Json, state: string): ReturnType<typeof limitFailure> | undefined {
  if (jsonBytes(payload) <= LIMITS.payloadBytes) return undefined;
  return limitFailure(
    `The state/task '${state}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

function variablesTooLarge(assigned: Written["assigned"], state: Folded): ReturnType<typeof limitFailure> | undefined {
  if (assigned === undefined) return undefined;
  if (jsonBytes(assigned) > LIMITS.variableBytes) {
    return limitFailure(`The variables assigned by one state may hold ${LIMITS.variableBytes} bytes at most.`);
  }
  let total = jsonBytes(assigned);
  for (const { variables } of state.branches.values()) total += jsonBytes(variables);
  if (total <= LIMITS.variablesBytes) return undefined;
  return limitFailure(`The variables of an execution may hold ${LIMITS.variablesBytes} bytes at most.`);
}
