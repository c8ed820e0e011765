import type { Machine, State } from "../definition.ts";
import type { Place } from "./read-template.ts";
import { pointer, told } from "./report.ts";

/** Every target exists, every state is reached from StartAt, and one of them ends the machine. */
export function checkTransitions({ startAt, states }: Machine, { report, path }: Place): void {
  const statePath = (name: string): string => pointer(pointer(path, "States"), name);
  if (!states.has(startAt)) {
    report.invalid(pointer(path, "StartAt"), `expected the name of one of the States, not ${told(startAt)}`);
    return;
  }
  for (const [name, state] of states) {
    for (const target of targetsOf(state)) {
      if (!states.has(target))
        report.invalid(statePath(name), `expected a transition to one of the States, not ${told(target)}`);
    }
  }
  const reached = reachedFrom(startAt, states);
  for (const name of states.keys()) {
    if (!reached.has(name)) report.invalid(statePath(name), "no transition leads to this state");
  }
  if (![...states.values()].some(isTerminal)) {
    report.invalid(pointer(path, "States"), "expected a state that ends the machine: Succeed, Fail or End: true");
  }
}

const isTerminal = (state: State): boolean =>
  state.kind === "Succeed" || state.kind === "Fail" || ("transition" in state && state.transition.kind === "end");

/** Where a state may go, by itself or by its catchers. */
export function targetsOf(state: State): string[] {
  const targets: string[] = [];
  if ("transition" in state && state.transition.kind === "next") targets.push(state.transition.next);
  if ("catch" in state) targets.push(...state.catch.map(({ next }) => next));
  if (state.kind === "Choice") {
    targets.push(...state.choices.map(({ next }) => next));
    if (state.default !== undefined) targets.push(state.default);
  }
  return targets;
}

function reachedFrom(startAt: string, states: Machine["states"]): Set<string> {
  const reached = new Set<string>();
  const open = [startAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = states.get(name);
    if (state === undefined || reached.has(name)) continue;
    reached.add(name);
    open.push(...targetsOf(state));
  }
  return reached;
}
