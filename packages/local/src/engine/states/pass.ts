import type { PassState } from "../definition.ts";
import type { Step, Visit } from "../run.ts";

export function runPass({ at }: Visit, state: PassState): Step {
  return { kind: "leave", writes: state, fallback: at.input, seen: {}, transition: state.transition };
}
