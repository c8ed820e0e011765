import type { ChoiceState } from "../definition.ts";
import { evaluateTyped } from "../evaluate.ts";
import type { Step, Visit } from "../run.ts";
import { scopeOf } from "../scope.ts";
import { failEvaluation } from "./fail-evaluation.ts";

/** The first rule that is true decides, with its own Output and Assign; those of the state belong to Default. */
export async function runChoice(visit: Visit, state: ChoiceState): Promise<Step> {
  const { at } = visit;
  const scope = scopeOf(visit);
  for (const [index, rule] of state.choices.entries()) {
    const field = `Choices[${index}]/Condition`;
    const condition = await evaluateTyped({ template: rule.condition, field, type: "boolean" }, scope);
    if (!condition.ok) return failEvaluation(visit, condition.failure);
    if (condition.value) {
      const transition = { kind: "next", next: rule.next } as const;
      return { kind: "leave", writes: rule, fallback: at.input, seen: {}, transition };
    }
  }
  if (state.default !== undefined) {
    const transition = { kind: "next", next: state.default } as const;
    return { kind: "leave", writes: state, fallback: at.input, seen: {}, transition };
  }
  const where = `An error occurred while executing the state '${at.name}' (entered at the event id #${at.enteredEventId}).`;
  const cause = `${where} No choice rule matched the input and the state has no Default.`;
  return { kind: "fail", failure: { error: "States.NoChoiceMatched", cause }, events: [] };
}
