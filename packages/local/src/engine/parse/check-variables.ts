import type { Machine, State, Writes } from "../definition.ts";
import type { Place } from "./read-template.ts";
import { pointer } from "./report.ts";

/**
 * A branch or iteration reads the variables of the scopes around it and assigns its own alone: a name of an outer scope
 * cannot be assigned inside. Source: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
export function checkVariables(machine: Machine, place: Place, outer: ReadonlySet<string> = new Set()): void {
  const own = new Set<string>();
  for (const [name, state] of machine.states) {
    for (const variable of assignedBy(state)) {
      own.add(variable);
      if (!outer.has(variable)) continue;
      const path = pointer(pointer(place.path, "States"), name);
      place.report.invalid(path, `the variable ${variable} belongs to an outer scope and cannot be assigned here`);
    }
  }
  const visible = new Set([...outer, ...own]);
  for (const [name, state] of machine.states) {
    const path = pointer(pointer(place.path, "States"), name);
    for (const [step, inner] of machinesIn(state)) checkVariables(inner, { ...place, path: `${path}${step}` }, visible);
  }
}

function assignedBy(state: State): string[] {
  const writes: readonly Writes[] = [
    ...("assign" in state ? [state] : []),
    ...(state.kind === "Choice" ? state.choices : []),
    ...("catch" in state ? state.catch : []),
  ];
  return writes.flatMap(({ assign = [] }) => assign.map(([variable]) => variable));
}

function machinesIn(state: State): (readonly [string, Machine])[] {
  if (state.kind === "Map") return [["/ItemProcessor", state.processor]];
  if (state.kind !== "Parallel") return [];
  return state.branches.map((branch, index) => [`/Branches/${index}`, branch] as const);
}
