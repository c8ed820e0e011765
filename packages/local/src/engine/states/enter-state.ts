import type { Json } from "@ephor/domain/json";
import { assertNever } from "@ephor/domain/result";
import type { State } from "../definition.ts";
import { nextEventId, type Pending, type Run, record, type Step, type Visit } from "../run.ts";
import type { StatePosition } from "../types.ts";
import { runChoice } from "./choice.ts";
import { runFail } from "./fail.ts";
import { runMap } from "./map.ts";
import { runParallel } from "./parallel.ts";
import { runPass } from "./pass.ts";
import { runSucceed } from "./succeed.ts";
import { runTask } from "./task.ts";
import { enterWait, leaveWait } from "./wait.ts";

type Entry = { readonly branch: string; readonly name: string; readonly input: Json };

/** Records that the branch entered a state and runs it as far as it goes. */
export async function enterState(run: Run, { branch, name, input }: Entry): Promise<Pending> {
  const state = run.definition.statesByName.get(name);
  if (state === undefined) throw new Error(`the definition has no state ${name}`);
  const at: StatePosition = {
    name,
    input,
    enteredEventId: nextEventId(run),
    enteredAt: run.at,
    retries: [],
    activity: { kind: "entered" },
  };
  const visit = { run, branch, at };
  if (state.kind === "Wait") return { branch, step: await enterWait(visit, state) };
  record(run, { type: `${state.kind}StateEntered`, branch, details: { name, input } });
  return { branch, step: await runState(visit, state) };
}

/** Runs a state that was entered: the first time, and again after each retry. */
export async function runState(visit: Visit, state: State): Promise<Step> {
  switch (state.kind) {
    case "Pass":
      return runPass(visit, state);
    case "Task":
      return runTask(visit, state);
    case "Choice":
      return runChoice(visit, state);
    case "Wait":
      return leaveWait(visit, state);
    case "Succeed":
      return runSucceed(visit, state);
    case "Fail":
      return runFail(visit, state);
    case "Parallel":
      return runParallel(visit, state);
    case "Map":
      return runMap(visit, state);
    default:
      return assertNever(state);
  }
}
