import type { SucceedState } from "../definition.ts";
import type { Step, Visit } from "../run.ts";

export function runSucceed({ at }: Visit, state: SucceedState): Step {
  return { kind: "leave", writes: state, fallback: at.input, seen: {}, transition: { kind: "end" } };
}
